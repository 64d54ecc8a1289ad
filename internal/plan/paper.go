package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"commontable/internal/fault"
)

// A draft, a consultation and a review are written by several people, section by
// section, on what they have at hand. A form names the section as it was seen
// when it was opened: where somebody else has changed it since, nothing is
// written over unawares.

// seenOf names a section by what it says.
func seenOf(section any) string {
	text, err := json.Marshal(section)
	if err != nil {
		return "" // of our own types, all of which are text
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// asSeen refuses to write over what was not seen. "" is what a program sends that
// writes whatever is there.
func asSeen(seen, now string) error {
	if seen == "" || seen == now {
		return nil
	}
	return fault.Invalid{{Field: "", Words: "Somebody else changed this while you were writing. What you wrote is still here. Look at what is kept now, then save again to keep yours."}}
}
