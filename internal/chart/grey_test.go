package chart

import (
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

var colours = regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b`)

// Printed in grey the map tells the same: each shape, each line and each mark is
// another without its colour, and what is drawn is dark enough on white paper.
func TestTheMapIsReadInGrey(t *testing.T) {
	t.Parallel()
	drawn := map[string]string{}
	grey := func(what string, c templ.Component) {
		t.Helper()
		var b strings.Builder
		if err := c.Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		without := colours.ReplaceAllString(b.String(), "grey")
		if other, same := drawn[without]; same {
			t.Errorf("without colours %s looks as %s does", what, other)
		}
		drawn[without] = what
		darkest := 1.0
		for _, c := range colours.FindAllString(b.String(), -1) {
			darkest = min(darkest, lightness(c))
		}
		if darkest > 0.45 {
			t.Errorf("%s is drawn no darker than %.2f of white", what, darkest)
		}
	}
	for _, s := range Shapes {
		grey("the shape of "+s.Words(), ShapeIcon(s, 26))
	}
	for _, tie := range append([]Tie{""}, Ties...) {
		grey("the line of “"+string(tie)+"”", TieKey(tie))
	}
	grey("the edge of what is not started", NotStartedKey())
	grey("the mark of what one person holds", OneHolderKey())
	grey("the mark of what goes quiet", QuietKey())
}

// lightness is how light a colour is in grey: 0 is black, 1 white.
func lightness(hex string) float64 {
	hex = strings.TrimPrefix(hex, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	part := func(i int) float64 {
		var n int
		for _, c := range strings.ToLower(hex[i : i+2]) {
			n = n*16 + strings.IndexRune("0123456789abcdef", c)
		}
		return float64(n) / 255
	}
	return 0.2126*part(0) + 0.7152*part(2) + 0.0722*part(4)
}
