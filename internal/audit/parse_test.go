package audit

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// What is read quickly is what is read slowly, and nothing is read quickly that
// would be written in another way.
func TestParseAgreesWithJSON(t *testing.T) {
	t.Parallel()
	quick := 0
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[ !#-\[\]-~]{0,8}`)
		if rapid.IntRange(0, 3).Draw(t, "strange") == 0 {
			word = rapid.String()
		}
		c := canonical{
			Act: word.Draw(t, "act"), At: "2026-10-14T09:00:00.000000Z", Commitment: word.Draw(t, "commitment"),
			Facts: rapid.MapOfN(word, word, 0, 4).Draw(t, "facts"), Hat: word.Draw(t, "hat"), Number: rapid.Int64Range(-1, 1<<40).Draw(t, "number"),
			Person: word.Draw(t, "person"), Role: word.Draw(t, "role"), Stream: word.Draw(t, "stream"), Subject: word.Draw(t, "subject"),
		}
		text, err := encode(c)
		if err != nil {
			t.Fatal(err)
		}
		for range max(0, rapid.IntRange(-2, 2).Draw(t, "changes")) {
			at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
			text[at] = rapid.SampledFrom([]byte("\"\\{}:,09aZ \x00\xff")).Draw(t, "to")
		}
		var read, slow, without canonical
		good := parse(text, &read, true)
		if good != parse(text, &without, false) {
			t.Fatalf("%s is read with its facts or without them, not both", text)
		}
		if !good {
			return
		}
		quick++
		if err := json.Unmarshal(text, &slow); err != nil {
			t.Fatalf("%s is no JSON: %v", text, err)
		}
		again, err := encode(slow)
		if err != nil || !bytes.Equal(again, text) || !reflect.DeepEqual(read, slow) {
			t.Fatalf("%s is read as %+v, and slowly as %+v, which is %s", text, read, slow, again)
		}
	})
	if quick < 5 {
		t.Errorf("only %d were read quickly", quick)
	}
}
