package app

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"
)

// sessionCodec writes a session as JSON, by kind of value. The session library's own
// codec, gob, describes its types anew each time, which took a twentieth of the
// time of every page of somebody signed in. What that wrote before is still read.
type sessionCodec struct{}

type sessionText struct {
	Until   time.Time         `json:"until"`
	Words   map[string]string `json:"words,omitempty"`
	Yes     map[string]bool   `json:"yes,omitempty"`
	Numbers map[string]int64  `json:"numbers,omitempty"`
	Bytes   map[string][]byte `json:"bytes,omitempty"`
}

// Encode writes a session that is kept until a time. A value of a kind that no page
// keeps is an error.
func (sessionCodec) Encode(until time.Time, values map[string]any) ([]byte, error) {
	t := sessionText{Until: until, Words: map[string]string{}, Yes: map[string]bool{}, Numbers: map[string]int64{}, Bytes: map[string][]byte{}}
	for name, value := range values {
		switch v := value.(type) {
		case string:
			t.Words[name] = v
		case bool:
			t.Yes[name] = v
		case int64:
			t.Numbers[name] = v
		case []byte:
			t.Bytes[name] = v
		default:
			return nil, fmt.Errorf("a session cannot keep %q, which is a %T", name, value)
		}
	}
	return json.Marshal(t)
}

// Decode reads a session.
func (sessionCodec) Decode(b []byte) (until time.Time, values map[string]any, err error) {
	var t sessionText
	if err := json.Unmarshal(b, &t); err != nil {
		return scs.GobCodec{}.Decode(b)
	}
	values = map[string]any{}
	for name, v := range t.Words {
		values[name] = v
	}
	for name, v := range t.Yes {
		values[name] = v
	}
	for name, v := range t.Numbers {
		values[name] = v
	}
	for name, v := range t.Bytes {
		values[name] = v
	}
	return t.Until, values, nil
}
