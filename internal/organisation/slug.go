package organisation

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longestSlug keeps an address short enough to be read out.
const longestSlug = 80

// letters that Unicode does not take apart into a plain letter and a mark.
var letters = strings.NewReplacer(
	"æ", "ae", "œ", "oe", "ø", "o", "ß", "ss", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ı", "i",
	"&", " and ", "'", "", "’", "", "‘", "", "ʼ", "", "`", "",
)

// Fold is s in lower case without its diacritics, for finding and sorting.
func Fold(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, strings.ToLower(norm.NFKD.String(s)))
	return norm.NFC.String(s)
}

// Slug makes a name fit for an address: its words in lower-case ASCII, joined
// with "-". It is never empty.
func Slug(name string) string {
	words := strings.FieldsFunc(letters.Replace(Fold(name)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	slug := strings.Join(words, "-")
	if len(slug) > longestSlug {
		slug = slug[:longestSlug+1]
		if at := strings.LastIndexByte(slug, '-'); at > 0 {
			slug = slug[:at]
		}
		slug = slug[:min(len(slug), longestSlug)]
	}
	if slug == "" {
		return "unnamed"
	}
	return slug
}
