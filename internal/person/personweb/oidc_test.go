package personweb_test

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/person"
	"commontable/internal/person/personweb"
)

const (
	clientID     = "common-table"
	clientSecret = "a secret of the client"
	accessToken  = "an-access-token"
)

var issuerKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// An issuer is a provider of OpenID Connect in which somebody has signed in
// already. It vouches for a subject; a test may have it say something else.
type issuer struct {
	*httptest.Server

	t     *testing.T
	shown *rsa.PrivateKey // in the keys that it shows
	key   *rsa.PrivateKey // with which it signs
	down  atomic.Bool
	asked atomic.Int32 // how often it was asked what it can do

	mu     sync.Mutex
	codes  map[string]url.Values // what each code was asked for with
	said   map[string]any        // the claims, beside those of every token
	alg    string                // "RS256" but where a test says other
	info   map[string]any        // what it tells of the user, if asked
	secret string                // what is to be kept nowhere
}

func newIssuer(t *testing.T, subject, email string) *issuer {
	t.Helper()
	key, err := issuerKey()
	check(t, err)
	i := &issuer{t: t, shown: key, key: key, codes: map[string]url.Values{}, alg: "RS256", said: map[string]any{"sub": subject, "email": email, "email_verified": true}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		i.asked.Add(1)
		i.sends(w, http.StatusOK, map[string]any{
			"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
			"userinfo_endpoint": i.URL + "/me", "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		i.sends(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one",
			"n": raw64(i.shown.N.Bytes()), "e": raw64(big.NewInt(int64(i.shown.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", i.token)
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+accessToken || i.info == nil {
			i.sends(w, http.StatusUnauthorized, map[string]any{"error": "invalid_token"})
			return
		}
		i.sends(w, http.StatusOK, i.info)
	})
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i.down.Load() {
			panic(http.ErrAbortHandler)
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) sends(w http.ResponseWriter, status int, what map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(what); err != nil {
		i.t.Error(err)
	}
}

// token changes a code for tokens, once, for who proves to have asked for it.
func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	id, secret, _ := r.BasicAuth()
	secret, err := url.QueryUnescape(secret)
	asked, known := i.codes[r.FormValue("code")]
	delete(i.codes, r.FormValue("code"))
	challenge := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if err != nil || id != clientID || secret != clientSecret || !known || asked.Get("code_challenge") != raw64(challenge[:]) ||
		asked.Get("redirect_uri") != r.FormValue("redirect_uri") || r.FormValue("grant_type") != "authorization_code" {
		i.sends(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": "a-secret-description"})
		return
	}
	hash := sha256.Sum256([]byte(accessToken))
	claims := map[string]any{
		"iss": i.URL, "aud": clientID, "iat": noon.Unix(), "exp": noon.Add(time.Hour).Unix(), "nonce": asked.Get("nonce"), "at_hash": raw64(hash[:16]),
	}
	maps.Copy(claims, i.said)
	i.secret = i.signs(claims)
	i.sends(w, http.StatusOK, map[string]any{"access_token": accessToken, "token_type": "Bearer", "expires_in": 300, "id_token": i.secret})
}

func (i *issuer) signs(claims map[string]any) string {
	head, err := json.Marshal(map[string]any{"alg": i.alg, "kid": "one"})
	check(i.t, err)
	body, err := json.Marshal(claims)
	check(i.t, err)
	signed := raw64(head) + "." + raw64(body)
	sum := sha256.Sum256([]byte(signed))
	var signature []byte
	switch i.alg {
	case "RS256":
		signature, err = rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, sum[:])
		check(i.t, err)
	case "HS256":
		mac := hmac.New(sha256.New, []byte(clientSecret))
		mac.Write([]byte(signed))
		signature = mac.Sum(nil)
	}
	return signed + "." + raw64(signature)
}

func raw64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// says changes what it vouches for; nil takes a claim away.
func (i *issuer) says(claim string, value any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.said[claim] = value
	if value == nil {
		delete(i.said, claim)
	}
}

// goes presses the button, and gives the address at the provider.
func (b *browser) goes(next ...string) url.Values {
	b.t.Helper()
	form := url.Values{}
	if len(next) > 0 {
		form.Set("next", next[0])
	}
	res, err := b.http.PostForm(b.base+"/sign-in/oidc", form)
	b.keep(res, err)
	b.sees(200, "Sign in with the Trust", "Go on")
	_, address, _ := strings.Cut(res.Header.Get("Refresh"), "0; url=")
	u, err := url.Parse(address)
	check(b.t, err)
	if u.Path != "/authorize" || !strings.Contains(b.page, "/authorize?") {
		b.t.Fatalf("leads to %q", address)
	}
	return u.Query()
}

// signsIn is what the provider does with who comes to it: it sends them back,
// with what it says in the address.
func (i *issuer) signsIn(with url.Values) url.Values {
	i.t.Helper()
	for key, want := range map[string]string{
		"client_id": clientID, "response_type": "code", "code_challenge_method": "S256", "scope": "openid email",
		"redirect_uri": "https://table.example.org/sign-in/oidc/callback",
	} {
		if got := with.Get(key); got != want {
			i.t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	for _, key := range []string{"state", "nonce", "code_challenge"} {
		if len(with.Get(key)) < 43 {
			i.t.Errorf("%s is %q, which can be guessed", key, with.Get(key))
		}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	code := "code-of-" + with.Get("nonce")
	i.codes[code] = with
	return url.Values{"code": {code}, "state": {with.Get("state")}, "iss": {i.URL}}
}

func (b *browser) comesBack(with url.Values) {
	b.t.Helper()
	b.opens("/sign-in/oidc/callback?" + with.Encode())
}

// withIssuer is a real installation whose staff may sign in with a provider,
// which vouches for a subject.
func withIssuer(t *testing.T, subject, email string) (*site, *issuer) {
	t.Helper()
	i := newIssuer(t, subject, email)
	var s *site
	s = openReal(t, func(*person.People) personweb.Ways {
		return personweb.Ways{BaseURL: "https://table.example.org", OIDC: &personweb.OIDC{
			Issuer: i.URL, ClientID: clientID, ClientSecret: clientSecret, Name: "the Trust", Now: func() time.Time { return s.now },
		}}
	})
	return s, i
}

// events counts what was written down.
func (s *site) events(act string) int {
	s.t.Helper()
	var n int
	check(s.t, s.db.Read(s.t.Context(), func(tx *db.Tx) (err error) {
		n, err = db.One(s.t.Context(), tx, db.Value[int], `SELECT COUNT(*) FROM audit_events WHERE act = $1`, act)
		return err
	}))
	return n
}

func TestSignInWithTheOrganisationsAccount(t *testing.T) {
	t.Parallel()
	s, i := withIssuer(t, "subject-1", "Grace@Example.org")
	var log bytes.Buffer
	s.pages.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	b := s.browser()
	b.opens("/sign-in?next=%2Fwho")
	b.sees(200, "Sign in with the Trust")
	back := i.signsIn(b.goes("/who"))
	before := b.token()
	b.comesBack(back)
	if b.path != "/who" || b.page != "Grace" || b.token() == before {
		t.Errorf("landed on %s as %q; the session’s token is another: %v", b.path, b.page, b.token() != before)
	}
	b.opens("/me")
	b.sees(200, "Organisation’s account")
	// It is she, but not sure enough for money.
	b.opens("/pay")
	b.sees(403, "Use your passkey to go on")
	// A code, a state and an answer are good once.
	b.comesBack(back)
	b.sees(409, "used before")
	// From now on she is known by her subject, whatever her address comes to be.
	i.says("email", "grace.married@example.org")
	other := s.browser()
	other.comesBack(i.signsIn(other.goes()))
	other.is("Grace")
	if n := s.events("account linked"); n != 1 {
		t.Errorf("%d links were written down, want 1", n)
	}
	if n := s.events("signed in"); n != 2 {
		t.Errorf("%d times in were written down, want 2", n)
	}
	for _, m := range s.mails() {
		if m.To != "grace@example.org" || !strings.Contains(m.Subject, "organisation’s account") {
			t.Errorf("a mail went to %s: %s", m.To, m.Subject)
		}
	}
	for _, secret := range []string{accessToken, i.secret, clientSecret, "code-of-", back.Get("state")} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
	if i.asked.Load() != 1 {
		t.Errorf("the provider was asked %d times what it can do", i.asked.Load())
	}
}

func TestOnlyWhatIsVouchedForLetsIn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		with   func(*site, *issuer)
		back   func(url.Values)
		status int
		words  string
	}{
		"unverified":            {func(_ *site, i *issuer) { i.says("email_verified", false) }, nil, 403, "not told us that your email address is really yours"},
		"verified is a word":    {func(_ *site, i *issuer) { i.says("email_verified", "yes") }, nil, 403, "not told us"},
		"verified is not said":  {func(_ *site, i *issuer) { i.says("email_verified", nil) }, nil, 403, "not told us"},
		"no address":            {func(_ *site, i *issuer) { i.says("email", nil) }, nil, 403, "could not be checked"},
		"unknown":               {func(_ *site, i *issuer) { i.says("email", "never@example.org") }, nil, 403, "We do not know this address here"},
		"no subject":            {func(_ *site, i *issuer) { i.says("sub", "") }, nil, 403, "could not be checked"},
		"another’s nonce":       {func(_ *site, i *issuer) { i.says("nonce", "another") }, nil, 403, "could not be checked"},
		"no nonce":              {func(_ *site, i *issuer) { i.says("nonce", "") }, nil, 403, "could not be checked"},
		"another audience":      {func(_ *site, i *issuer) { i.says("aud", "another client") }, nil, 403, "could not be checked"},
		"two audiences":         {func(_ *site, i *issuer) { i.says("aud", []string{clientID, "another"}) }, nil, 403, "could not be checked"},
		"another party":         {func(_ *site, i *issuer) { i.says("azp", "another") }, nil, 403, "could not be checked"},
		"another issuer":        {func(_ *site, i *issuer) { i.says("iss", "https://evil.example") }, nil, 403, "could not be checked"},
		"too old":               {func(_ *site, i *issuer) { i.says("exp", noon.Add(-time.Minute).Unix()) }, nil, 403, "could not be checked"},
		"another access token":  {func(_ *site, i *issuer) { i.says("at_hash", raw64(make([]byte, 16))) }, nil, 403, "could not be checked"},
		"not signed":            {func(_ *site, i *issuer) { i.alg = "none" }, nil, 403, "could not be checked"},
		"signed with a secret":  {func(_ *site, i *issuer) { i.alg = "HS256" }, nil, 403, "could not be checked"},
		"another key":           {func(_ *site, i *issuer) { i.key, _ = rsa.GenerateKey(rand.Reader, 2048) }, nil, 403, "could not be checked"},
		"another state":         {nil, func(v url.Values) { v.Set("state", "another") }, 409, "Start again"},
		"no state":              {nil, func(v url.Values) { v.Del("state") }, 409, "Start again"},
		"another code":          {nil, func(v url.Values) { v.Set("code", "another") }, 403, "could not be checked"},
		"no code":               {nil, func(v url.Values) { v.Del("code") }, 403, "could not be checked"},
		"another issuer’s word": {nil, func(v url.Values) { v.Set("iss", "https://evil.example") }, 403, "could not be checked"},
		"turned back":           {nil, func(v url.Values) { v.Set("error", "access_denied") }, 403, "you turned back"},
		"the provider is ill":   {nil, func(v url.Values) { v.Set("error", "temporarily_unavailable") }, 503, "cannot be reached just now"},
		"the provider is vexed": {nil, func(v url.Values) { v.Set("error", "invalid_scope") }, 403, "could not be checked"},
		"ten minutes":           {func(s *site, _ *issuer) { s.now = s.now.Add(10 * time.Minute) }, nil, 409, "took too long"},
		"the clock went back":   {func(s *site, _ *issuer) { s.now = s.now.Add(-time.Hour) }, nil, 409, "took too long"},
		"gone meanwhile":        {func(_ *site, i *issuer) { i.down.Store(true) }, nil, 503, "cannot be reached just now"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, i := withIssuer(t, "subject-1", "grace@example.org")
			b := s.browser()
			back := i.signsIn(b.goes("/me"))
			if test.back != nil {
				test.back(back)
			}
			if test.with != nil {
				test.with(s, i)
			}
			b.comesBack(back)
			b.sees(test.status, test.words)
			b.is("")
			if n := s.events("account linked") + s.events("signed in"); n != 0 {
				t.Errorf("%d events, want none", n)
			}
			// What was refused once is over.
			b.comesBack(back)
			b.sees(409, "Start again")
			b.is("")
		})
	}
}

// What somebody began, nobody ends for them in another browser: else one could
// be signed in as somebody else without knowing it.
func TestAnAccountIsOfOneBrowser(t *testing.T) {
	t.Parallel()
	s, i := withIssuer(t, "subject-1", "grace@example.org")
	b := s.browser()
	back := i.signsIn(b.goes())
	for _, other := range []*browser{s.browser(), s.in("rae")} {
		other.opens("/who")
		was := other.page
		other.comesBack(back)
		other.sees(409, "begun in another browser")
		other.is(was)
	}
	other := s.browser()
	other.goes()
	other.comesBack(back)
	other.sees(409)
	other.is("")
	b.comesBack(back)
	b.is("Grace")
}

func TestAPersonHasOneAccount(t *testing.T) {
	t.Parallel()
	s, i := withIssuer(t, "subject-1", "grace@example.org")
	b := s.browser()
	b.comesBack(i.signsIn(b.goes()))
	b.is("Grace")
	// Her address was given to somebody else over there.
	i.says("sub", "subject-2")
	b = s.browser()
	b.comesBack(i.signsIn(b.goes()))
	b.sees(403, "already, from another account", "Go to the page for signing in")
	b.is("")
}

// Some providers tell the address only to who asks.
func TestTheProviderIsAskedForTheAddress(t *testing.T) {
	t.Parallel()
	s, i := withIssuer(t, "subject-1", "grace@example.org")
	i.says("email", nil)
	i.says("email_verified", nil)
	for _, test := range []struct {
		info   map[string]any
		status int
	}{
		{map[string]any{"sub": "subject-2", "email": "grace@example.org", "email_verified": true}, 403},
		{map[string]any{"sub": "subject-1", "email": "grace@example.org", "email_verified": false}, 403},
		{map[string]any{"sub": "subject-1", "email": "grace@example.org", "email_verified": true}, 200},
	} {
		i.info = test.info
		b := s.browser()
		b.comesBack(i.signsIn(b.goes("/who")))
		if b.code != test.status || (b.page == "Grace") != (test.status == 200) {
			t.Errorf("%v: %d, want %d", test.info, b.code, test.status)
		}
	}
}

func TestAProviderThatIsAwayStopsNobodyElse(t *testing.T) {
	t.Parallel()
	s, i := withIssuer(t, "subject-1", "grace@example.org")
	i.down.Store(true)
	b := s.browser()
	for range 2 {
		b.sends("/sign-in/oidc", "next", "/who")
		b.sees(503, "cannot be reached just now. Sign in by email")
		if !strings.Contains(b.page, `href="/sign-in?next=%2Fwho"`) {
			t.Error("where she was going is forgotten")
		}
	}
	b.opens("/sign-in")
	b.sees(200, "Send me a link", "Sign in with the Trust")
	// It is asked again after a while.
	i.down.Store(false)
	b.sends("/sign-in/oidc")
	b.sees(503)
	s.now = s.now.Add(31 * time.Second)
	b.comesBack(i.signsIn(b.goes()))
	b.is("Grace")
}

func TestAnAccountLeadsOnlyToOurPages(t *testing.T) {
	t.Parallel()
	for _, next := range []string{"https://evil.example/", "//evil.example", "/\\evil.example"} {
		s, i := withIssuer(t, "subject-1", "grace@example.org")
		b := s.browser()
		b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		address := b.goes(next)
		res, err := b.http.Get(b.base + "/sign-in/oidc/callback?" + i.signsIn(address).Encode())
		b.keep(res, err)
		if at := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || at != "/" {
			t.Errorf("%s leads to %q: %d", next, at, res.StatusCode)
		}
	}
}

// Who has left may still be known to the directory: they may do nothing here.
func TestAnAccountGivesNoHat(t *testing.T) {
	t.Parallel()
	s, i := withIssuer(t, "subject-1", "rae@example.org")
	check(t, s.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE hats SET until_on = $1 WHERE role = $2`, date.Must("2026-10-01"), access.Resident)
		return err
	}))
	b := s.browser()
	b.comesBack(i.signsIn(b.goes()))
	b.is("Rae")
	b.opens("/hats")
	b.sees(200, "no hat")
	b.opens("/people")
	b.sees(403)
}

func TestWithoutAProviderThereIsNone(t *testing.T) {
	t.Parallel()
	b := openReal(t, nil).browser()
	b.opens("/sign-in")
	if strings.Contains(b.page, "/sign-in/oidc") {
		t.Error("a way in is offered that is not there")
	}
	b.sends("/sign-in/oidc")
	b.sees(404)
	b.opens("/sign-in/oidc/callback?code=a&state=b")
	b.sees(404)
}
