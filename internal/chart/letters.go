package chart

import "strings"

// Widths of the letters from the space to the tilde in hundredths of the type's
// size, as Atkinson Hyperlegible Next has them.
var (
	plainWidths = [95]uint8{
		28, 29, 30, 65, 59, 92, 73, 16, 30, 30, 48, 61, 21, 36, 21, 39, 65, 41, 55, 58, 61, 59, 60, 51, 61, 59, 21, 21, 55, 63, 55, 48,
		78, 63, 61, 64, 67, 57, 55, 69, 69, 39, 51, 63, 54, 82, 69, 71, 59, 72, 61, 59, 56, 69, 59, 86, 62, 57, 61, 32, 39, 34, 55, 37,
		24, 52, 57, 48, 56, 54, 31, 56, 55, 25, 24, 49, 26, 84, 55, 55, 57, 57, 35, 47, 33, 54, 46, 68, 48, 45, 46, 34, 24, 34, 55,
	}
	boldWidths = [95]uint8{
		31, 30, 38, 75, 61, 96, 73, 20, 33, 33, 48, 60, 26, 37, 26, 43, 66, 43, 57, 60, 62, 60, 62, 53, 62, 57, 26, 26, 57, 61, 57, 54,
		78, 67, 64, 66, 69, 59, 56, 71, 70, 42, 55, 66, 55, 85, 71, 74, 62, 75, 64, 61, 60, 69, 64, 88, 67, 64, 62, 34, 43, 34, 58, 39,
		28, 55, 59, 51, 59, 56, 36, 59, 57, 29, 26, 55, 31, 88, 57, 57, 59, 59, 37, 50, 37, 56, 52, 73, 53, 51, 50, 38, 25, 38, 54,
	}
)

// A face is a weight of type at a size, to measure words before a browser sets
// them. Letters that it does not know count as wide ones.
type face struct {
	widths *[95]uint8
	size   float64
}

func (f face) width(s string) float64 {
	sum := 0
	for _, r := range s {
		switch {
		case r >= ' ' && r <= '~':
			sum += int(f.widths[r-' '])
		case r == '’' || r == '‘':
			sum += 26
		default:
			sum += 80
		}
	}
	return float64(sum) / 100 * f.size * 1.03 // a little room for the type that stands in until ours is there
}

// wrap breaks words into lines of at most so wide. A word that is too long for
// a line of its own is broken with a hyphen.
func (f face) wrap(s string, most float64) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		for letters := []rune(word); len(letters) > 3 && f.width(word) > most; letters = []rune(word) {
			cut := len(letters) - 1
			for cut > 2 && f.width(string(letters[:cut])+"-") > most {
				cut--
			}
			if line != "" {
				lines, line = append(lines, line), ""
			}
			lines, word = append(lines, string(letters[:cut])+"-"), string(letters[cut:])
		}
		switch {
		case line == "":
			line = word
		case f.width(line+" "+word) > most:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
