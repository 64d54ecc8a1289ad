// Package mail sends messages, each to exactly one person.
//
// A message is written in the transaction that calls for it, beside the job of
// sending it (package outbox), so that neither is kept without the other. It may
// carry a secret, such as a link to sign in, so what it says is kept only until
// it is sent: after that the row tells that there was a mail, and no more. In a
// demonstration nothing is ever sent, and mails are kept to be read on a page.
//
// Nothing confidential is written in a mail: it says that something waits, and
// the page to which it leads asks who is there.
package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"commontable/internal/db"
	"commontable/internal/id"
	"commontable/internal/outbox"
)

// An ID names a mail.
type ID string

// Kind is the job of sending a mail; it is about the mail's ID.
const Kind outbox.Kind = "mail"

// Keep is how long a mail waits to be sent, if it does not say.
const Keep = 7 * 24 * time.Hour

// A Message is what is said to one person.
type Message struct {
	To           string    // an address alone: name@example.org
	Subject      string    // nothing confidential: it is seen on locked screens
	Words        []string  // paragraphs
	Action, Link string    // the words of a button, and where it leads; both or neither
	After        []string  // paragraphs that follow the button
	Until        time.Time // from when it is of no use; zero: a week from now
}

// A Mail is a message as it is kept.
type Mail struct {
	Message

	ID     ID
	Added  time.Time
	Sent   time.Time // zero until it is sent
	Failed time.Time // zero unless the other side will not have it
}

// body is what is kept only until a mail is sent.
type body struct {
	Words  []string `json:"words"`
	Action string   `json:"action,omitempty"`
	Link   string   `json:"link,omitempty"`
	After  []string `json:"after,omitempty"`
}

// The address itself stays out of the log.
var errNobody = errors.New("send mail: that is not the address of one person")

// SendIn has a message sent when the transaction is kept.
func SendIn(ctx context.Context, tx *db.Tx, ids *id.Maker, now time.Time, m Message) error {
	if a, err := netmail.ParseAddress(m.To); err != nil || a.Address != m.To || a.Name != "" {
		return errNobody
	}
	if m.Until.IsZero() {
		m.Until = now.Add(Keep)
	}
	text, err := json.Marshal(body{m.Words, m.Action, m.Link, m.After})
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	mail := id.New[ID](ids)
	if err := insert(ctx, tx, mail, m.To, oneLine(m.Subject), string(text), now, m.Until); err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	return outbox.Add(ctx, tx, ids, Kind, string(mail), now)
}

// oneLine is what can stand in a header: nothing in it ends the line or is
// unseen, and it is not too long.
func oneLine(s string) string {
	const most = 150
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
	// "=?" begins a word that is encoded: nobody types one.
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "=?", "= ?")), " ")
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most-1]) + "…"
	}
	return s
}

// Text is a mail as plain words.
func (m Message) Text() string {
	parts := append([]string(nil), m.Words...)
	if m.Link != "" {
		parts = append(parts, m.Action+":\n"+m.Link)
	}
	return strings.Join(append(parts, m.After...), "\n\n") + "\n"
}
