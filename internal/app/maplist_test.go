package app

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"commontable/internal/db/dbtest"
)

var (
	onMap   = regexp.MustCompile(`<a href="([^"#]*)[^"]*" aria-label="([^":]*): ([^"]*)"`)
	listRow = regexp.MustCompile(`(?s)<tr role="row" id="r-[^"]*">(.*?)</tr>`)
	listed  = regexp.MustCompile(`<a class="a" href="([^"]*)"`)
	cellOf  = regexp.MustCompile(`(?s)<td role="cell"[^>]*data-l="([^"]*)"[^>]*>(.*?)</td>`)
)

// The picture of relationships says of each body what the list below it says: who,
// what they are to us, how close, whether only one of us knows them, whether it goes
// quiet; of each once, on both drawings; today and on a day that has passed, with the
// names of a few and the numbers of sixty.
func TestThePictureAndTheListSayTheSame(t *testing.T) {
	t.Parallel()
	for _, bodies := range []int{3, 60} {
		d := dbtest.SQLite(t)
		playDemo(t, d, 2, 12)
		wellConnected(t, d, bodies, 3*bodies)
		h := serve(t, d)
		chair := h.as("chair")
		for _, path := range []string{reach + "/relationships", reach + "/relationships?day=2025-03-01", reach + "/relationships?day=2019-07-01"} {
			chair.opens(path)
			chair.sees(200)
			list := map[string]map[string]string{}
			for _, row := range listRow.FindAllStringSubmatch(chair.page, -1) {
				cells := map[string]string{}
				for _, c := range cellOf.FindAllStringSubmatch(row[1], -1) {
					cells[c[1]] = strings.ToLower(words(c[2]))
				}
				if at := listed.FindStringSubmatch(row[1]); at != nil {
					list[at[1]] = cells
				}
			}
			times := map[string]int{}
			for _, one := range onMap.FindAllStringSubmatch(chair.page, -1) {
				href, says := one[1], strings.Split(strings.ToLower(words(one[3])), ", ")
				times[href]++
				row, is := list[href]
				if !is {
					t.Errorf("%s: %s is in the picture and not in the list", path, one[2])
					continue
				}
				alone := slices.Contains(says, "only one of us knows them")
				says = slices.DeleteFunc(says, func(s string) bool { return s == "only one of us knows them" })
				ring := says[len(says)-1]
				if !strings.HasPrefix(row["How close"], ring) {
					t.Errorf("%s: %s is “%s” in the picture, and “%s” in the list", path, one[2], ring, row["How close"])
				}
				for _, tie := range says[1 : len(says)-1] {
					if tie != "in touch" && tie != "not started yet" && tie != "faith" && tie != "business" && !strings.Contains(row["To us"], tie) {
						t.Errorf("%s: %s is “%s” in the picture, and “%s” in the list", path, one[2], tie, row["To us"])
					}
				}
				for tie := range strings.SplitSeq(row["To us"], ", ") {
					if slices.Contains([]string{"powerful ally", "friend", "client or contractor"}, tie) && !slices.Contains(says, tie) {
						t.Errorf("%s: %s is “%s” in the list, and in the picture %q", path, one[2], tie, says)
					}
				}
				// Of one that is not started there is nothing to lose yet.
				if knows := row["Who knows them"]; !slices.Contains(says, "not started yet") && alone != (knows != "" && knows != "nobody yet" && !strings.Contains(knows, ",")) {
					t.Errorf("%s: only one knows %s: in the picture %t, in the list “%s”", path, one[2], alone, knows)
				}
			}
			for href := range list {
				if times[href] != 2 {
					t.Errorf("%s: %s is %d times in the pictures, want once in each of two", path, href, times[href])
				}
			}
			if then := strings.HasSuffix(path, "2019-07-01"); then && len(list) < 5 || !then && len(list) < bodies {
				t.Errorf("%s: only %d are in the list", path, len(list))
			}
		}
	}
}
