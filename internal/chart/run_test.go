package chart

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestLabelsOfARunAreWhole: whatever the money, the labels beside the scale stand
// within both drawings.
func TestLabelsOfARunAreWhole(t *testing.T) {
	t.Parallel()
	label := regexp.MustCompile(`<text class="t2" x="([0-9.]+)" y="[0-9.]+" text-anchor="end" font-size="([0-9.]+)">(£[^<]+)<`)
	for _, pounds := range []int64{90, 4_000, 80_000, 760_000, 1_150_000, 172_500_000} {
		r := Run{Past: []int64{100 * pounds, 90 * pounds}, Money: func(n int64) string { return "£" + thousands(n/100) }}
		var b strings.Builder
		if err := r.Draw().Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		found := label.FindAllStringSubmatch(b.String(), -1)
		if len(found) < 6 {
			t.Fatalf("%d labels of £%d", len(found), pounds)
		}
		for _, m := range found {
			end, _ := strconv.ParseFloat(m[1], 64)
			size, _ := strconv.ParseFloat(m[2], 64)
			if begins := end - (face{&plainWidths, size}).width(m[3]); begins < 0 {
				t.Errorf("%s at %s begins %.0f to the left of the picture", m[3], m[2], -begins)
			}
		}
	}
}

func thousands(n int64) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
