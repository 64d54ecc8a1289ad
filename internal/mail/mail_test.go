package mail_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/db/dbtest"
	"commontable/internal/fault"
	"commontable/internal/id"
	"commontable/internal/mail"
	"commontable/internal/outbox"
)

// A sink is a mail server that keeps what it is given.
type sink struct {
	address string
	refuse  error // said to a recipient

	mu       sync.Mutex
	received []envelope
	drop     bool // take a mail, and be gone without a word
}

type envelope struct {
	from string
	to   []string
	data []byte
}

func newSink(t *testing.T) *sink {
	t.Helper()
	s := &sink{}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{sink: s, conn: c}, nil }))
	server.ErrorLog = discard{}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = listener.Addr().String()
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return s
}

type discard struct{}

func (discard) Printf(string, ...any) {}
func (discard) Println(...any)        {}

type session struct {
	*sink

	conn *smtp.Conn
	now  envelope
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.now = envelope{from: from}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.now.to = append(s.now.to, to)
	return s.refuse
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.data = data
	s.received = append(s.received, s.now)
	if s.drop {
		s.drop = false
		_ = s.conn.Conn().Close()
	}
	return err
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// A post is a database whose mails go to a sink.
type post struct {
	*testing.T

	db     *db.DB
	sink   *sink
	now    time.Time
	man    *mail.Postman
	worker *outbox.Worker
	logged bytes.Buffer
}

func newPost(t *testing.T, d *db.DB) *post {
	t.Helper()
	p := &post{T: t, db: d, sink: newSink(t), now: date.Must("2026-10-20").At(12, 0)}
	now := func() time.Time { return p.now }
	server, err := mail.ParseServer("smtp://"+p.sink.address, "Common Table <table@example.org>")
	if err != nil {
		t.Fatal(err)
	}
	p.man = &mail.Postman{DB: d, Now: now, Server: server}
	p.worker = &outbox.Worker{DB: d, IDs: id.Real(now), Now: now, Log: slog.New(slog.NewTextHandler(&p.logged, nil))}
	return p
}

func (p *post) sends(m mail.Message) error {
	return p.db.Write(p.Context(), func(tx *db.Tx) error { return mail.SendIn(p.Context(), tx, p.worker.IDs, p.now, m) })
}

// works does what waits, and tells what has come to the sink since.
func (p *post) works() []envelope {
	p.Helper()
	if _, err := p.worker.Work(context.WithoutCancel(p.Context()), map[outbox.Kind]outbox.Task{mail.Kind: {Do: p.man.Send}}); err != nil {
		p.Fatal(err)
	}
	p.sink.mu.Lock()
	defer p.sink.mu.Unlock()
	all := p.sink.received
	p.sink.received = nil
	return all
}

func (p *post) latest() (m mail.Mail) {
	p.Helper()
	err := p.db.Read(p.Context(), func(tx *db.Tx) error {
		all, err := mail.Latest(p.Context(), tx, 1, 0)
		if len(all) == 1 {
			m = all[0]
		}
		return err
	})
	if err != nil {
		p.Fatal(err)
	}
	return m
}

func (p *post) box() (b mail.Box) {
	p.Helper()
	err := p.db.Read(p.Context(), func(tx *db.Tx) (err error) {
		b, err = mail.BoxOn(p.Context(), tx, p.now)
		return err
	})
	if err != nil {
		p.Fatal(err)
	}
	return b
}

// header reads a mail back as a mail program does.
func header(t *testing.T, data []byte) (netmail.Header, string) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	var text strings.Builder
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		words, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		text.Write(words)
	}
	return m.Header, text.String()
}

func hello(to string) mail.Message {
	return mail.Message{
		To: to, Subject: "Something waits for you", Words: []string{"Hello Amina.", "A plan & a <b>budget</b> wait."},
		Action: "Go and look", Link: "https://table.example.org/sign-in/link?t=s3cret",
	}
}

// Every mail has one recipient on its envelope, and the same in its To; nobody
// sees who else had one (T11). What it said is forgotten with its sending.
func TestAMailGoesToOnePersonAndIsForgotten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPost(t, d)
		to := []string{"amina@example.org", "ben@example.org", "carmel@example.org"}
		for _, one := range to {
			if err := p.sends(hello(one)); err != nil {
				t.Fatal(err)
			}
		}
		if b := p.box(); b.Waiting != 3 || !b.Oldest.Equal(p.now) {
			t.Errorf("before: %+v, want 3 waiting", b)
		}
		sent := p.works()
		if len(sent) != len(to) {
			t.Fatalf("%d mails were sent, want %d", len(sent), len(to))
		}
		for i, e := range sent {
			h, text := header(t, e.data)
			if len(e.to) != 1 || e.to[0] != to[i] || h.Get("To") != "<"+to[i]+">" || len(h["To"]) != 1 || e.from != "table@example.org" {
				t.Errorf("mail %d: from %s, envelope %v, To %v", i, e.from, e.to, h["To"])
			}
			for _, never := range []string{"Cc", "Bcc", "User-Agent", "X-Mailer"} {
				if h.Get(never) != "" {
					t.Errorf("mail %d has %s: %s", i, never, h.Get(never))
				}
			}
			for _, want := range []string{"A plan & a <b>budget</b> wait.", "A plan &amp; a &lt;b&gt;budget&lt;/b&gt; wait.", "Go and look:\nhttps://table.example.org/sign-in/link?t=s3cret"} {
				if !strings.Contains(strings.ReplaceAll(text, "\r\n", "\n"), want) {
					t.Errorf("mail %d lacks %q:\n%s", i, want, text)
				}
			}
			if id := h.Get("Message-Id"); !strings.HasSuffix(id, "@example.org>") {
				t.Errorf("mail %d: Message-ID %q", i, id)
			}
		}
		if m := p.latest(); m.Sent.IsZero() || m.Link != "" || len(m.Words) > 0 {
			t.Errorf("after it was sent it still says %+v", m)
		}
		if again := p.works(); len(again) != 0 {
			t.Errorf("%d mails were sent again", len(again))
		}
		if b := p.box(); b != (mail.Box{}) {
			t.Errorf("after: %+v, want an empty box", b)
		}
	})
}

// What people type stays in its place: no name or subject adds a header (T12).
func TestNothingTypedAddsAHeader(t *testing.T) {
	t.Parallel()
	p := newPost(t, dbtest.SQLite(t))
	for _, bad := range []string{"Hello\r\nBcc: everyone@example.org", "a\nX-Evil: 1\n\nbody", "=?utf-8?q?hi=0D=0ABcc:_x?=", strings.Repeat("long ", 200), "tab\tand\x00nul\u2028line"} {
		m := hello("amina@example.org")
		m.Subject, m.Words = bad, []string{bad}
		if err := p.sends(m); err != nil {
			t.Fatal(err)
		}
		sent := p.works()
		if len(sent) != 1 || len(sent[0].to) != 1 {
			t.Fatalf("%q: sent %v", bad, sent)
		}
		h, _ := header(t, sent[0].data)
		for name := range h {
			if name == "Bcc" || name == "X-Evil" {
				t.Errorf("%q added the header %s", bad, name)
			}
		}
		subject, err := (&mime.WordDecoder{}).DecodeHeader(h.Get("Subject"))
		if err != nil || strings.ContainsAny(subject, "\r\n\x00") {
			t.Errorf("%q: the subject is %q, %v", bad, subject, err)
		}
	}
	for _, to := range []string{"", "amina", "a@example.org, b@example.org", "Amina <a@example.org>", "a@example.org\r\nBcc: b@example.org"} {
		if err := p.sends(hello(to)); err == nil {
			t.Errorf("a mail to %q was taken", to)
		} else if strings.Contains(err.Error(), "example") {
			t.Errorf("the error tells the address: %v", err)
		}
	}
}

// A server that takes a mail and is gone before it says so is asked again, with
// the same Message-ID; one that says so and is gone is not.
func TestTakenAndGone(t *testing.T) {
	t.Parallel()
	p := newPost(t, dbtest.SQLite(t))
	p.sink.drop = true
	if err := p.sends(hello("amina@example.org")); err != nil {
		t.Fatal(err)
	}
	first := p.works()
	if len(first) != 1 || !p.latest().Sent.IsZero() {
		t.Fatalf("%d were taken; noted as sent: %v", len(first), p.latest().Sent)
	}
	if now := p.works(); len(now) != 0 {
		t.Errorf("tried again at once")
	}
	p.now = p.now.Add(time.Minute)
	second := p.works()
	if len(second) != 1 || p.latest().Sent.IsZero() {
		t.Fatalf("a minute later %d were taken", len(second))
	}
	one, _ := header(t, first[0].data)
	two, _ := header(t, second[0].data)
	if one.Get("Message-Id") != two.Get("Message-Id") || one.Get("Date") != two.Get("Date") {
		t.Errorf("the same mail is %q and %q", one.Get("Message-Id"), two.Get("Message-Id"))
	}
	if logged := p.logged.String(); strings.Contains(logged, "amina") || strings.Contains(logged, "s3cret") || !strings.Contains(logged, "a job failed") {
		t.Errorf("the log says:\n%s", logged)
	}
}

// An address that does not exist is not tried for ever; one that is busy is.
func TestRefused(t *testing.T) {
	t.Parallel()
	p := newPost(t, dbtest.SQLite(t))
	if err := p.sends(hello("amina@example.org")); err != nil {
		t.Fatal(err)
	}
	p.sink.refuse = &smtp.SMTPError{Code: 451, Message: "amina@example.org: later"}
	p.works()
	if b := p.box(); b.Waiting != 1 || b.Failed != 0 {
		t.Errorf("busy: %+v, want it to wait", b)
	}
	p.now = p.now.Add(time.Hour)
	p.sink.refuse = &smtp.SMTPError{Code: 550, Message: "amina@example.org: no such person"}
	p.works()
	if b := p.box(); b.Waiting != 0 || b.Failed != 1 || p.latest().Link != "" {
		t.Errorf("nobody there: %+v, and it still says %q", b, p.latest().Link)
	}
	if strings.Contains(p.logged.String(), "amina") {
		t.Errorf("the log tells the address:\n%s", p.logged.String())
	}
}

// A mail that is of no use any more is not sent, and what it said is forgotten.
func TestUselessMailIsForgotten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newPost(t, d)
		m := hello("amina@example.org")
		m.Until = p.now.Add(15 * time.Minute)
		if err := errors.Join(p.sends(m), p.sends(hello("ben@example.org"))); err != nil {
			t.Fatal(err)
		}
		p.now = p.now.Add(15 * time.Minute)
		if gone, err := p.man.Sweep(t.Context()); gone != 1 || err != nil {
			t.Errorf("swept %d, %v; want the one that is of no use", gone, err)
		}
		if sent := p.works(); len(sent) != 1 || sent[0].to[0] != "ben@example.org" {
			t.Errorf("sent %v, want Ben’s alone", sent)
		}
		p.now = p.now.AddDate(0, 0, 40)
		if gone, err := p.man.Sweep(t.Context()); gone != 2 || err != nil {
			t.Errorf("after 40 days swept %d, %v; want both", gone, err)
		}
		if m := p.latest(); m.ID != "" {
			t.Errorf("there is still %+v", m)
		}
	})
}

// A demonstration sends nothing and forgets nothing.
func TestADemonstrationKeepsItsMails(t *testing.T) {
	t.Parallel()
	p := newPost(t, dbtest.SQLite(t))
	p.man = &mail.Postman{DB: p.db, Now: p.man.Now, Keep: true}
	m := hello("amina@example.org")
	m.Until = p.now.Add(time.Minute)
	if err := p.sends(m); err != nil {
		t.Fatal(err)
	}
	if sent := p.works(); len(sent) > 0 {
		t.Errorf("sent %d", len(sent))
	}
	p.now = p.now.Add(time.Hour)
	if gone, err := p.man.Sweep(t.Context()); gone != 0 || err != nil || p.latest().Link != m.Link {
		t.Errorf("swept %d, %v: it says %+v", gone, err, p.latest())
	}
}

func TestParseServer(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"smtp://mail.example.org": "mail.example.org:587", "smtps://u:p%40ss@mail.example.org": "mail.example.org:465",
		"smtp://localhost:25": "localhost:25", "smtp://relay.internal:25?tls=none": "relay.internal:25",
	} {
		s, err := mail.ParseServer(address, "table@example.org")
		if err != nil || s.String() != want {
			t.Errorf("%s: %v, %v; want %s", address, s, err, want)
		}
	}
	for _, bad := range []string{"mail.example.org", "http://mail.example.org", "smtp://", "smtp://h/x", "smtp://h?tls=maybe", "smtp://u:s3cret@h:x"} {
		_, err := mail.ParseServer(bad, "table@example.org")
		if invalid, ok := errors.AsType[fault.Invalid](err); !ok || invalid.For("--smtp") == "" || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: got %v, want --smtp marked as wrong and no password told", bad, err)
		}
	}
	if _, err := mail.ParseServer("smtp://localhost", "nobody"); err == nil {
		t.Error("a sender without an address was taken")
	}
}
