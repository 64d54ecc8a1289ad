package mail

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"commontable/internal/fault"
)

// A Server is where mails are handed in.
type Server struct {
	host    string
	port    int
	options []gomail.Option
	from    netmail.Address
}

// ParseServer reads where mails are handed in and whom they are from:
// smtp://user:password@mail.example.org:587, and "Common Table
// <table@example.org>". The way there is encrypted: with smtp:// by STARTTLS,
// with smtps:// from the start. Only to the same machine, or with ?tls=none, may
// it be open.
func ParseServer(address, from string) (*Server, error) {
	var wrong fault.Invalid
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" {
		// The address is not said again: it may hold a password.
		wrong.Add("--smtp", "Give it as smtp://USER:PASSWORD@HOST:587, or smtps://… for TLS from the start")
	}
	sender, err := netmail.ParseAddress(from)
	if err != nil {
		wrong.Add("--mail-from", fmt.Sprintf("%q is not an address, such as Common Table <table@example.org>", from))
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	s := &Server{host: u.Hostname(), port: 587, from: *sender}
	policy := gomail.TLSMandatory
	switch tls := u.Query().Get("tls"); {
	case tls == "none":
		policy = gomail.NoTLS
	case tls != "":
		return nil, fault.Invalid{{Field: "--smtp", Words: "The one thing that can be said of TLS is ?tls=none"}}
	case isHere(s.host):
		policy = gomail.TLSOpportunistic
	}
	if u.Scheme == "smtps" {
		s.port = 465
		s.options = append(s.options, gomail.WithSSL())
	} else {
		s.options = append(s.options, gomail.WithTLSPolicy(policy))
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, fault.Invalid{{Field: "--smtp", Words: "Give the port as a number"}}
		}
	}
	if u.User != nil {
		password, _ := u.User.Password()
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	s.options = append(s.options, gomail.WithPort(s.port), gomail.WithTimeout(30*time.Second))
	return s, nil
}

func isHere(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// String is where mails are handed in, without the password.
func (s *Server) String() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }

// errNotTaken says that the other side will never have this mail.
var errNotTaken = errors.New("the mail is not taken")

// deliver hands a mail in. Errors name neither who it is to nor what it says.
func (s *Server) deliver(ctx context.Context, m Mail) error {
	msg, err := s.message(m)
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	err = client.SendWithSMTPClient(connection, msg)
	// What was accepted is sent, however the parting goes.
	_ = client.CloseWithSMTPClient(connection)
	if err == nil || msg.IsDelivered() {
		return nil
	}
	return told(err)
}

// told is an error of sending, without the address that the library puts in it.
func told(err error) error {
	failed, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return errors.New("send mail: the connection failed")
	}
	err = fmt.Errorf("send mail: %s, answer %d", failed.Reason, failed.ErrorCode())
	if failed.Reason == gomail.ErrSMTPRcptTo && !failed.IsTemp() && failed.ErrorCode() >= 500 {
		return errors.Join(errNotTaken, err)
	}
	return err
}

// message is a mail as it goes out: one sender, one recipient, no copies.
func (s *Server) message(m Mail) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&s.from)
	if err := msg.To(m.To); err != nil {
		return nil, errors.Join(errNotTaken, errors.New("send mail: the recipient cannot be written"))
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDateWithValue(m.Added)
	_, domain, _ := strings.Cut(s.from.Address, "@")
	msg.SetMessageIDWithValue(string(m.ID) + "@" + domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text())
	msg.AddAlternativeString(gomail.TypeTextHTML, m.html())
	return msg, nil
}

// html is a mail with its link as words to press on. Nothing is fetched from
// anywhere, and nothing is asked for.
func (m Message) html() string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="en-GB"><body style="font-family:sans-serif;font-size:18px;line-height:1.5;color:#2a2430;max-width:36em;margin:1em auto;padding:0 1em">`)
	for _, words := range m.Words {
		b.WriteString("<p>" + html.EscapeString(words) + "</p>")
	}
	if m.Link != "" {
		b.WriteString(`<p><a href="` + html.EscapeString(m.Link) + `" style="color:#0f5b50;font-weight:bold">` + html.EscapeString(m.Action) + "</a></p>")
	}
	for _, words := range m.After {
		b.WriteString("<p>" + html.EscapeString(words) + "</p>")
	}
	b.WriteString("</body></html>\n")
	return b.String()
}
