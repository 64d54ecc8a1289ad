package personweb_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/mail"
	"commontable/internal/organisation"
	"commontable/internal/outbox"
	"commontable/internal/person"
)

// works does the jobs that wait.
func (s *site) works() {
	s.t.Helper()
	w := &outbox.Worker{DB: s.db, IDs: s.people.IDs, Now: s.people.Now, Log: slog.New(slog.DiscardHandler)}
	_, err := w.Work(s.t.Context(), map[outbox.Kind]outbox.Task{person.SignInMail: {Do: s.people.WriteSignInMail}})
	check(s.t, err)
}

// mails are what was written, the latest first.
func (s *site) mails() (all []mail.Mail) {
	s.t.Helper()
	s.works()
	check(s.t, s.db.Read(s.t.Context(), func(tx *db.Tx) (err error) {
		all, err = mail.Latest(s.t.Context(), tx, 100, 0)
		return err
	}))
	return all
}

var isCode = regexp.MustCompile(`[2-9B-Z]{4}-[2-9B-Z]{4}`)

// mailed are the link and the code of the latest mail.
func (s *site) mailed() (link, code string) {
	s.t.Helper()
	all := s.mails()
	if len(all) == 0 {
		s.t.Fatal("no mail was written")
	}
	u, err := url.Parse(all[0].Link)
	check(s.t, err)
	return u.Query().Get("t"), isCode.FindString(strings.Join(all[0].After, " "))
}

// asks asks for a mail, as Grace unless somebody else is named.
func (b *browser) asks(email ...string) {
	b.t.Helper()
	email = append(email, "grace@example.org")
	b.sends("/sign-in", "email", email[0])
	b.sees(200, "Check your email", email[0])
}

func TestSignInByTheLinkInAMail(t *testing.T) {
	t.Parallel()
	b := open(t, area.Real).browser()
	b.opens("/sign-in?next=%2Fwho%3Fa%3Db")
	b.sees(200, "Sign in")
	b.sends("/sign-in", "email", " Grace@Example.org ", "next", "/who?a=b")
	b.sees(200, "Check your email")
	link, _ := b.mailed()
	before := b.token()
	b.opens("/sign-in/link?t=" + link)
	b.sees(200, "Press the button, and you are signed in")
	b.is(nobody)
	b.sends("/sign-in/link", "t", link)
	if b.path != "/who" || b.page != grace {
		t.Errorf("landed on %s, read as %q; want where she was going, as herself", b.path, b.page)
	}
	if after := b.token(); after == before || after == "" {
		t.Errorf("the session’s token %q stayed", after)
	}
	// Once, and no more.
	b.sends("/sign-out")
	b.is(nobody)
	b.sends("/sign-in/link", "t", link)
	b.sees(403)
}

func TestSignInByTheCodeInAMail(t *testing.T) {
	t.Parallel()
	b := open(t, area.Real).browser()
	b.asks()
	_, code := b.mailed()
	b.sends("/sign-in/check", "code", strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	b.is(grace)
	b.opens("/hats")
	b.sees(200, "Your hats", "Auditor", "On now")
	b.opens("/me")
	b.sees(200, "grace@example.org", "Email code", "Here, now")
	// What was asked for is forgotten with the signing in.
	b.sends("/sign-in/check", "code", code)
	b.sees(200, "Sign in")
	if b.path != "/sign-in" {
		t.Errorf("a used code leads to %s", b.path)
	}
}

// A known and an unknown address are answered the same: status, headers, page
// and every page after it (T3).
func TestWhoIsHereIsNotTold(t *testing.T) {
	t.Parallel()
	s := open(t, area.Real)
	answers := map[string][]string{}
	for _, email := range []string{"grace@example.org", "never@example.org"} {
		b := s.browser()
		b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		note := func(path string, form url.Values) {
			method := http.MethodPost
			if form == nil {
				method = http.MethodGet
			}
			req, err := http.NewRequestWithContext(t.Context(), method, b.base+path, strings.NewReader(form.Encode()))
			check(t, err)
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			res, err := b.http.Do(req)
			check(t, err)
			defer res.Body.Close()
			b.keep(res, nil)
			var headers []string
			for name, values := range res.Header {
				value := strings.Join(values, ",")
				if name == "Set-Cookie" {
					value = regexp.MustCompile(`session=[^;]*`).ReplaceAllString(value, "session=…")
					value = regexp.MustCompile(`Expires=[^;]*`).ReplaceAllString(value, "Expires=…")
				}
				if name != "Date" {
					headers = append(headers, name+": "+value)
				}
			}
			slices.Sort(headers)
			page := strings.ReplaceAll(b.page, email, "EMAIL")
			answers[email] = append(answers[email], fmt.Sprint(b.path, res.StatusCode, headers, page))
		}
		note("/sign-in", url.Values{"email": {email}})
		note("/sign-in/check", nil)
		s.works()
		for range 7 {
			note("/sign-in/check", url.Values{"code": {"CDFG-2345"}})
		}
		note("/sign-in/link", url.Values{"t": {"nothing"}})
		for range 7 {
			note("/sign-in", url.Values{"email": {email}})
		}
	}
	known, unknown := answers["grace@example.org"], answers["never@example.org"]
	for i := range known {
		if known[i] != unknown[i] {
			t.Errorf("answer %d differs:\n%s\n\n%s", i, known[i], unknown[i])
		}
	}
	if !strings.Contains(known[len(known)-1], "429") {
		t.Errorf("asking eight times was answered with %s", known[len(known)-1][:40])
	}
	for _, m := range s.mails() {
		if m.To != "grace@example.org" {
			t.Errorf("a mail went to %s", m.To)
		}
	}
	// An address that was typed and is nobody's is not kept.
	check(t, s.db.Read(t.Context(), func(tx *db.Tx) error {
		n, err := db.One(t.Context(), tx, db.Value[int], `SELECT COUNT(*) FROM passes WHERE email = 'never@example.org'`)
		if n > 0 {
			t.Errorf("%d passes keep the address", n)
		}
		return err
	}))
}

// A mail scanner opens links, asks for heads and presses buttons: nothing comes
// of it, and she still comes in (T2). The same goes for whom it is forwarded to.
func TestAScannerUsesNothingUp(t *testing.T) {
	t.Parallel()
	s := open(t, area.Real)
	b := s.browser()
	b.asks()
	link, _ := b.mailed()
	scanner := &http.Client{}
	for range 3 {
		res, err := scanner.Head(s.base + "/sign-in/link?t=" + link)
		check(t, err)
		res.Body.Close()
		for range 2 {
			other := s.browser()
			other.opens("/sign-in/link?t=" + link)
			other.sees(200, "You asked for this link on another phone or computer", "Ask for a new email")
			other.sends("/sign-in/link", "t", link)
			other.sees(403, "works only in the browser in which you asked")
			other.is(nobody)
		}
		// Even one that asked for a mail of its own.
		thief := s.browser()
		thief.sends("/sign-in", "email", "thief@example.org")
		thief.sends("/sign-in/link", "t", link)
		thief.sees(403)
		thief.is(nobody)
	}
	res, err := b.http.Head(s.base + "/sign-in/link?t=" + link)
	check(t, err)
	res.Body.Close()
	b.is(nobody)
	b.sends("/sign-in/link", "t", link)
	b.is(grace)
}

func TestAMailIsGoodForAQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	s := open(t, area.Real)
	b := s.browser()
	b.asks()
	link, code := b.mailed()
	s.now = s.now.Add(15 * time.Minute)
	b.sends("/sign-in/link", "t", link)
	b.sees(409, "used already, or it is too old")
	b.sends("/sign-in/check", "code", code)
	b.sees(422, "This code is not right, or it is too old.")
	b.is(nobody)
	// Asked twice, the first mail's link is good too: mails cross.
	b.asks()
	link, _ = b.mailed()
	b.asks()
	b.mailed()
	b.sends("/sign-in/link", "t", link)
	b.is(grace)
	if gone, err := s.people.SweepSignIn(t.Context()); err != nil || gone != 0 {
		t.Errorf("swept %d, %v; want nothing yet", gone, err)
	}
	s.now = s.now.AddDate(0, 0, 2)
	if gone, err := s.people.SweepSignIn(t.Context()); err != nil || gone < 4 {
		t.Errorf("two days later swept %d, %v; want passes, the signing in and what was counted", gone, err)
	}
}

// Of two that press at once, one comes in.
func TestAPassIsUsedOnce(t *testing.T) {
	t.Parallel()
	s := open(t, area.Real)
	b := s.browser()
	b.asks()
	link, code := b.mailed()
	came := make(chan bool)
	for i := range 8 {
		go func() {
			path, form := "/sign-in/link", url.Values{"t": {link}}
			if i%2 == 1 {
				path, form = "/sign-in/check", url.Values{"code": {code}}
			}
			client := &http.Client{Jar: copied(t, b), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			res, err := client.PostForm(s.base+path, form)
			if err != nil {
				t.Error(err)
				came <- false
				return
			}
			res.Body.Close()
			came <- res.StatusCode == http.StatusSeeOther && res.Header.Get("Location") != "/sign-in"
		}()
	}
	in := 0
	for range 8 {
		if <-came {
			in++
		}
	}
	if in != 1 {
		t.Errorf("%d came in, want one", in)
	}
}

func copied(t *testing.T, b *browser) http.CookieJar {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Error(err)
		return nil
	}
	at, err := url.Parse(b.base)
	if err != nil {
		t.Error(err)
		return nil
	}
	jar.SetCookies(at, b.http.Jar.Cookies(at))
	return jar
}

// After five wrong codes the right one is wrong too; who tries on has to wait,
// whatever it says of where it comes from (T8, T10).
func TestCodesCannotBeGuessed(t *testing.T) {
	t.Parallel()
	s := open(t, area.Real)
	b := s.browser()
	b.asks()
	_, code := b.mailed()
	for range 5 {
		b.sends("/sign-in/check", "code", "2222-2222")
		b.sees(422, "This code is not right")
	}
	b.sends("/sign-in/check", "code", code)
	b.sees(422, "This code is not right")
	b.is(nobody)
	tries := 6
	for b.code = 422; b.code == 422 && tries < 100; tries++ {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/sign-in/check", strings.NewReader("code=3333-3333"))
		check(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.%d", tries))
		b.keep(b.http.Do(req))
	}
	b.sees(429, "tried too often. Try again in")
	if tries > 25 {
		t.Errorf("%d tries before it had to wait", tries)
	}
	// It is over when the time is over, and longer each time.
	s.now = s.now.Add(61 * time.Second)
	b.sends("/sign-in/check", "code", "3333-3333")
	b.sees(422)
	s.now = s.now.Add(61 * time.Second)
	b.sends("/sign-in/check", "code", "3333-3333")
	b.sees(429)
	s.now = s.now.Add(2 * time.Hour)
	b.asks()
	_, code = b.mailed()
	b.sends("/sign-in/check", "code", code)
	b.is(grace)
}

// Behind a proxy that the operator named, each one who comes is counted alone.
func TestBehindAProxyEachIsCountedAlone(t *testing.T) {
	t.Parallel()
	s := open(t, area.Real)
	s.pages.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	ask := func(n int, from string) int {
		b := s.browser()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/sign-in", strings.NewReader(fmt.Sprintf("email=nobody-%d@example.org", n)))
		check(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Forwarded-For", from)
		b.keep(b.http.Do(req))
		return b.code
	}
	last := 0
	for n := range 45 {
		last = ask(n, "203.0.113.9, 198.51.100.1")
	}
	if last != 429 {
		t.Errorf("45 times from one address: %d, want it to wait", last)
	}
	if code := ask(100, "203.0.113.9, 198.51.100.2"); code != 200 {
		t.Errorf("from another address: %d", code)
	}
	if code := ask(101, "198.51.100.2, 198.51.100.1"); code != 429 {
		t.Errorf("from the first, saying it is the second: %d", code)
	}
}

func TestAnAddressThatIsNone(t *testing.T) {
	t.Parallel()
	b := open(t, area.Real).browser()
	for _, bad := range []string{"", "grace", "Grace <grace@example.org>", "a@b, c@d"} {
		b.sends("/sign-in", "email", bad, "next", "https://evil.example/")
		b.sees(422, "Enter an email address like name@example.org")
		if !strings.Contains(b.page, "<title>Error: Sign in") || strings.Contains(b.page, "evil.example") {
			t.Errorf("%q:\n%s", bad, b.page)
		}
	}
}

// Who runs the machine lets in who is locked out: with the link and the code, in
// any browser, once, within ten minutes.
func TestALinkFromTheCommandLine(t *testing.T) {
	t.Parallel()
	s := open(t, area.Real)
	link, code := s.madeAtTheCommandLine("grace@example.org")
	if all := s.mails(); len(all) != 1 || !strings.Contains(all[0].Text(), "has made a link") || strings.Contains(all[0].Text(), link) || strings.Contains(all[0].Text(), code) {
		t.Errorf("she is not told, or told the secret: %+v", all)
	}
	b := s.browser()
	b.opens("/sign-in/operator?t=" + link)
	b.sees(200, "The code")
	b.is(nobody)
	b.sends("/sign-in/operator", "t", link, "code", "2222-2222")
	b.sees(422, "This code is not right, or the link is too old.")
	b.sends("/sign-in/operator", "t", link, "code", code)
	b.is(grace)
	again := s.browser()
	again.sends("/sign-in/operator", "t", link, "code", code)
	again.sees(422)
	link, code = s.madeAtTheCommandLine("grace@example.org")
	for range 5 {
		again.sends("/sign-in/operator", "t", link, "code", "2222-2222")
	}
	again.sends("/sign-in/operator", "t", link, "code", code)
	again.sees(422)
	link, code = s.madeAtTheCommandLine("grace@example.org")
	s.now = s.now.Add(10 * time.Minute)
	again.sends("/sign-in/operator", "t", link, "code", code)
	again.sees(422)
	again.is(nobody)
	if _, err := s.people.MakeOperatorPass(t.Context(), access.Actor{Person: "x", Hat: access.Hat{Role: access.Operator, Scope: access.InInstallation}}, "grace@example.org"); err == nil {
		t.Error("an operator made one over the web")
	}
}

// Who has no hat yet, has one, or has several.
func TestHats(t *testing.T) {
	t.Parallel()
	s := open(t, area.Real)
	var second access.Hat
	check(t, s.db.Write(t.Context(), func(tx *db.Tx) (err error) {
		if _, err = s.people.AddIn(t.Context(), tx, theTest, person.New{Name: "Ben", Email: "ben@example.org"}); err != nil {
			return err
		}
		second, err = s.people.GiveHatIn(t.Context(), tx, theTest, s.grace.ID, person.NewHat{Role: access.Researcher, Scope: access.InInstallation, From: date.Must("2026-01-01"), Until: date.Must("2027-01-01")})
		if err != nil {
			return err
		}
		_, err = s.people.GiveHatIn(t.Context(), tx, theTest, s.grace.ID, person.NewHat{Role: access.Operator, Scope: access.InInstallation, From: date.Must("2026-12-01")})
		return err
	}))
	comes := func(email string) *browser {
		b := s.browser()
		b.asks(email)
		_, code := b.mailed()
		b.sends("/sign-in/check", "code", code)
		return b
	}
	b := comes("ben@example.org")
	b.sees(200, "Hello Ben", "You have no hat on yet")
	if b.path != "/hats" {
		t.Errorf("Ben landed on %s", b.path)
	}
	b.is("Ben||")

	b = comes("grace@example.org")
	b.sees(200, "Which hat will you put on?", "Auditor", "Researcher", "Since 1 January 2026, until 31 December 2026", "Operator", "To come")
	b.is("Grace Table||")
	before := b.token()
	b.sends("/hats", "hat", string(second.ID), "next", "/who")
	if b.page != "Grace Table|researcher|researcher" || b.token() == before {
		t.Errorf("in her second hat she is %q; the token stayed: %v", b.page, b.token() == before)
	}
	// The next time it is on at once.
	b = comes("grace@example.org")
	b.is("Grace Table|researcher|researcher")
	for _, not := range []string{"", "nothing", string(s.hat) + "x"} {
		b.sends("/hats", "hat", not)
		b.sees(404)
	}
	// Ben cannot put on hers.
	ofBen := comes("ben@example.org")
	ofBen.sends("/hats", "hat", string(second.ID))
	ofBen.sees(404)
	// When it ends, it gives nothing; she is signed in still, and wears the other.
	check(t, s.db.Write(t.Context(), func(tx *db.Tx) error {
		return s.people.EndHatIn(t.Context(), tx, theTest, second.ID, date.Must("2026-10-20"))
	}))
	b.is("Grace Table||")
	ofBen.is("Ben||")
	b.opens("/hats")
	b.sees(200, "Which hat will you put on?", "Ended")
	b.sends("/hats", "hat", string(second.ID))
	b.sees(404)
	b.sends("/hats", "hat", string(s.hat), "next", "/who")
	b.is(grace)
}

func TestWhereOneIsSignedIn(t *testing.T) {
	t.Parallel()
	s := open(t, area.Real)
	comes := func(agent string) *browser {
		b := s.browser()
		b.asks()
		_, code := b.mailed()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/sign-in/check", strings.NewReader("code="+code))
		check(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("User-Agent", agent)
		b.keep(b.http.Do(req))
		b.is(grace)
		return b
	}
	one := comes("Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0")
	two := comes("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1")
	three := comes("curl/8")
	one.opens("/me")
	one.sees(200, "Firefox on Windows", "Here, now", "Safari on an iPhone", "A browser", "Sign out everywhere else")
	ids := regexp.MustCompile(`name="sign-in" value="([0-9a-f]+)"`).FindAllStringSubmatch(one.page, -1)
	if len(ids) != 2 {
		t.Fatalf("%d places can be ended, want 2:\n%s", len(ids), one.page)
	}
	one.opens("/me.csv")
	one.sees(200, "Safari on an iPhone")
	for _, id := range ids {
		if strings.Contains(one.page, id[1]) {
			t.Error("the file tells what names a signing in")
		}
	}
	// Nobody ends another's.
	check(t, s.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := s.people.AddIn(t.Context(), tx, theTest, person.New{Name: "Ben", Email: "ben@example.org"})
		return err
	}))
	ben := s.browser()
	ben.asks("ben@example.org")
	_, code := ben.mailed()
	ben.sends("/sign-in/check", "code", code)
	ben.sends("/me/sign-ins/end", "sign-in", ids[0][1])
	ben.sees(409)
	two.is(grace)
	three.is(grace)

	one.sends("/me/sign-ins/end", "sign-in", ids[1][1])
	one.sees(200, "You are signed out there.")
	two.is(nobody)
	three.is(grace)
	one.sends("/me/sign-ins/end", "others", "yes")
	one.sees(200, "You are signed out in 1 other place.")
	three.is(nobody)
	one.is(grace)
	ben.is("Ben||")
	// And by itself after twelve hours, whatever one does.
	s.now = s.now.Add(12 * time.Hour)
	one.is(nobody)
}

// Who looks around a demonstration ends nobody's signing in.
func TestLookingAroundEndsNobodysSignIn(t *testing.T) {
	t.Parallel()
	s := open(t, area.Demonstration)
	b := s.browser()
	b.asks()
	_, code := b.mailed()
	b.sends("/sign-in/check", "code", code)
	b.is(grace)
	looks := s.browser()
	looks.sends("/look-around", "as", "auditor")
	looks.opens("/me")
	looks.sees(200, "You are looking around in somebody’s place.")
	looks.sends("/me/sign-ins/end", "others", "yes")
	looks.sees(403)
	b.is(grace)
}

func (s *site) madeAtTheCommandLine(email string) (link, code string) {
	s.t.Helper()
	made, err := s.people.MakeOperatorPass(s.t.Context(), theTest, email)
	check(s.t, err)
	u, err := url.Parse(made.Link)
	check(s.t, err)
	return u.Query().Get("t"), made.Code
}

// What opens one door opens no other (T6).
func TestEachSecretOpensItsOwnDoor(t *testing.T) {
	t.Parallel()
	s := open(t, area.Real)
	ida, theArea := s.neighbourhood()
	const mailLink, mailCode, operatorLink, operatorCode, printedCode, token, pass = "mail link", "mail code", "operator link", "operator code", "printed code", "token", "pass"
	doors := []struct {
		path  string
		right []string // what opens it
		names []string
	}{
		{"/sign-in/link", []string{mailLink}, []string{"t"}},
		{"/sign-in/check", []string{mailCode}, []string{"code"}},
		{"/sign-in/operator", []string{operatorLink, operatorCode}, []string{"t", "code"}},
		{"/sign-in/code", []string{printedCode}, []string{"code"}},
	}
	secrets := []string{mailLink, mailCode, operatorLink, operatorCode, printedCode, token, pass, ""}
	try := func(path string, names, with []string) {
		// Everything is fresh, so that what refuses is the door and no count of tries.
		s.now = s.now.Add(2 * time.Hour)
		b := s.browser()
		b.asks()
		is := map[string]string{token: b.token(), pass: passID(t, s), printedCode: s.printed(theArea, ida)}
		is[mailLink], is[mailCode] = b.mailed()
		is[operatorLink], is[operatorCode] = s.madeAtTheCommandLine("grace@example.org")
		var pairs []string
		right := true
		for i, name := range names {
			pairs = append(pairs, name, is[with[i]])
		}
		for _, d := range doors {
			if d.path == path {
				right = slices.Equal(with, d.right)
			}
		}
		b.sends(path, pairs...)
		b.opens("/who")
		in := b.page != nobody
		if in != right {
			t.Errorf("%s with %v: came in: %v", path, with, in)
		}
	}
	for _, d := range doors {
		for _, first := range secrets {
			if len(d.names) == 1 {
				try(d.path, d.names, []string{first})
				continue
			}
			for _, second := range secrets {
				try(d.path, d.names, []string{first, second})
			}
		}
	}
}

func passID(t *testing.T, s *site) (p string) {
	t.Helper()
	check(t, s.db.Read(t.Context(), func(tx *db.Tx) (err error) {
		p, err = db.One(t.Context(), tx, db.Value[string], `SELECT MIN(id) FROM passes WHERE kind = 'email'`)
		return err
	}))
	return p
}

// neighbourhood adds an area, and Ida who lives there and has no email address.
func (s *site) neighbourhood() (ida access.PersonID, a area.Area) {
	s.t.Helper()
	areas := &area.Areas{DB: s.db, IDs: s.people.IDs, Now: s.people.Now}
	check(s.t, s.db.Write(s.t.Context(), func(tx *db.Tx) error {
		ctx := s.t.Context()
		funder, err := (&organisation.Organisations{DB: s.db, IDs: s.people.IDs, Now: s.people.Now}).AddIn(ctx, tx, theTest, organisation.New{Name: "The Trust", Kinds: []organisation.Kind{organisation.Funder}})
		if err != nil {
			return err
		}
		programme, err := areas.AddProgrammeIn(ctx, tx, theTest, area.NewProgramme{Name: "The Programme", RuleBook: area.BigLocal, Funder: funder.ID})
		if err != nil {
			return err
		}
		if a, err = areas.AddIn(ctx, tx, theTest, programme.ID, area.NewArea{Name: "Tanners Reach"}); err != nil {
			return err
		}
		who, err := s.people.AddIn(ctx, tx, theTest, person.New{Name: "Ida"})
		if err != nil {
			return err
		}
		ida = who.ID
		_, err = s.people.GiveHatIn(ctx, tx, theTest, ida, person.NewHat{Role: access.Resident, Scope: access.InArea, Place: string(a.ID), From: date.Must("2026-01-01")})
		return err
	}))
	return ida, a
}

func (s *site) printed(a area.Area, who access.PersonID) string {
	s.t.Helper()
	worker := access.Actor{Person: s.grace.ID, Hat: access.Hat{Role: access.Worker, Scope: access.InArea, Place: string(a.ID)}}
	given, err := s.people.GivePrintedCode(s.t.Context(), worker, a, who, s.pages.NewForm())
	check(s.t, err)
	return given.Code
}

// A printed code is good for a week, for the one that was given last, once.
func TestAPrintedCodeIsGoodForAWeek(t *testing.T) {
	t.Parallel()
	s := open(t, area.Real)
	ida, a := s.neighbourhood()
	first, second := s.printed(a, ida), s.printed(a, ida)
	b := s.browser()
	b.sends("/sign-in/code", "code", first)
	b.sees(422)
	s.now = s.now.Add(7*24*time.Hour - time.Second)
	b.sends("/sign-in/code", "code", second, "next", "/who")
	if b.page != "Ida|resident, Tanners Reach|resident" {
		t.Errorf("she reads as %q", b.page)
	}
	third := s.printed(a, ida)
	s.now = s.now.Add(7 * 24 * time.Hour)
	b = s.browser()
	b.sends("/sign-in/code", "code", third)
	b.sees(422, "or it is too old")
	b.is(nobody)
}
