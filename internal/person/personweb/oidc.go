package personweb

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"commontable/internal/access"
	"commontable/internal/fault"
	"commontable/internal/person"
	"commontable/internal/web"
)

// An OIDC is the provider of OpenID Connect with which the funder's staff may
// sign in. It says who they are and no more: what they may do is still the
// hats that they wear here, and money still takes a passkey, because a session
// that began so is not sure.
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret string // "" for a client that has none
	Name         string // what people call it
	// Now is the clock of the world, by which the provider's words expire; that of
	// a demonstration is another.
	Now func() time.Time
}

const (
	oidcTime = 10 * time.Minute // for somebody to sign in there
	oidcWait = 10 * time.Second // for the provider to answer us
	oidcRest = 30 * time.Second // until one that did not is asked again

	oidcBack = "/sign-in/oidc/callback"
)

func (p pages) oidcRoutes() []web.Route {
	return []web.Route{
		{Pattern: "POST /sign-in/oidc", Policy: web.Public(), Do: p.beginOIDC},
		{Pattern: "GET " + oidcBack, Policy: web.Public(), Do: p.endOIDC},
	}
}

// What is told to who is not let in.
var (
	errAway       = fault.New(fault.Unavailable, "Your organisation’s sign-in cannot be reached just now. Sign in by email, or try again in a minute.")
	errStaleOIDC  = fault.New(fault.Conflict, "This took too long, was used before, or was begun in another browser. Start again from here.")
	errTurnedBack = fault.New(fault.Forbidden, "Your organisation did not let you through, or you turned back. Nothing is changed. You can sign in by email.")
	errNotTheirs  = fault.New(fault.Forbidden, "What your organisation told us about you could not be checked, so you are not signed in. Try again, or sign in by email.")
)

// A provider is an OIDC that is asked what it can do when it is first needed: one
// that cannot be reached keeps nobody from coming in by other ways.
type provider struct {
	OIDC

	back   string // where it sends people back to
	client *http.Client

	mu     sync.Mutex
	found  *found
	failed time.Time // when it was last asked in vain
}

// found is a provider as it describes itself.
type found struct {
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	oauth    oauth2.Config
}

func newProvider(o OIDC, baseURL string) *provider {
	return &provider{OIDC: o, back: baseURL + oidcBack, client: &http.Client{
		Timeout: oidcWait,
		// Secrets are sent where the provider says, and nowhere further.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (o *provider) name() string {
	if o.Name == "" {
		return "your organisation’s account"
	}
	return o.Name
}

// reach finds out what the provider can do, or gives errAway.
func (o *provider) reach(ctx context.Context) (*found, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.found != nil {
		return o.found, nil
	}
	if since := o.Now().Sub(o.failed); since >= 0 && since < oidcRest {
		return nil, errAway
	}
	f, err := o.discover(context.WithoutCancel(ctx)) // others wait for the answer too
	if err != nil {
		o.failed = o.Now()
		return nil, fmt.Errorf("%w (%w)", errAway, err)
	}
	o.found = f
	return f, nil
}

func (o *provider) discover(ctx context.Context) (*found, error) {
	at, err := oidc.NewProvider(oidc.ClientContext(ctx, o.client), o.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		Keys    string   `json:"jwks_uri"`
		Clients []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := at.Claims(&more); err != nil {
		return nil, err
	}
	ends := at.Endpoint()
	all := []string{ends.AuthURL, ends.TokenURL, more.Keys}
	if info := at.UserInfoEndpoint(); info != "" {
		all = append(all, info)
	}
	for _, end := range all {
		if u, err := url.Parse(end); err != nil || u.Host == "" || u.Scheme != "https" && !strings.HasPrefix(o.Issuer, "http://") {
			return nil, fmt.Errorf("%q is no https address", end) //nolint:err113 // for the log alone
		}
	}
	ends.AuthStyle = oauth2.AuthStyleInHeader
	if o.ClientSecret == "" || len(more.Clients) > 0 && !slices.Contains(more.Clients, "client_secret_basic") {
		ends.AuthStyle = oauth2.AuthStyleInParams
	}
	return &found{
		provider: at, verifier: at.Verifier(&oidc.Config{ClientID: o.ClientID, Now: o.Now}),
		oauth: oauth2.Config{ClientID: o.ClientID, ClientSecret: o.ClientSecret, Endpoint: ends, RedirectURL: o.back, Scopes: []string{oidc.ScopeOpenID, oidc.ScopeEmail}},
	}, nil
}

// asked is what the session keeps while somebody is at the provider: only this
// browser can end what it began, once, and in time.
type asked struct {
	State, Nonce, Verifier string
	Next                   string
	At                     time.Time
}

const sessionOIDC = "oidc"

type oidcData struct {
	web.Shell
	Name    string
	Words   string
	Address string // at the provider
	Again   string
}

// beginOIDC leads to the provider. It does so with a page that goes on by
// itself: of a form, browsers let the content security policy forbid every
// address that the provider may lead on to, and those are for it to choose.
func (p pages) beginOIDC(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	if p.oidc == nil {
		return fault.NotFound
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	a := asked{State: oauth2.GenerateVerifier(), Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier(), At: p.site.Now()}
	if next := form.Text("next"); next != "" {
		a.Next = web.SafeNext(next)
	}
	at, err := p.oidc.reach(r.Context())
	if err != nil {
		return p.notLetIn(w, r, by, a.Next, err)
	}
	kept, err := json.Marshal(a)
	if err != nil {
		return err
	}
	p.site.Sessions.Put(r.Context(), sessionOIDC, kept)
	d := oidcData{
		Shell: p.signInShell(r, by, "Sign in with "+p.oidc.name()), Name: p.oidc.name(),
		Address: at.oauth.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)),
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Refresh", "0; url="+d.Address)
	return p.site.Show(w, r, http.StatusOK, oidcGoPage(d))
}

// endOIDC is where the provider sends people back to.
func (p pages) endOIDC(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	if p.oidc == nil {
		return fault.NotFound
	}
	w.Header().Set("Cache-Control", "no-store")
	var a asked
	kept := p.site.Sessions.PopBytes(r.Context(), sessionOIDC)
	if kept == nil || json.Unmarshal(kept, &a) != nil {
		return p.notLetIn(w, r, by, "", errStaleOIDC)
	}
	who, err := p.fromOIDC(r, a)
	if err != nil {
		return p.notLetIn(w, r, by, a.Next, err)
	}
	return p.letIn(w, r, who, person.ByOIDC, a.Next)
}

// fromOIDC is whom the provider has sent back.
func (p pages) fromOIDC(r *http.Request, a asked) (access.PersonID, error) {
	sent := r.URL.Query()
	if since := p.site.Now().Sub(a.At); since < 0 || since >= oidcTime || subtle.ConstantTimeCompare([]byte(sent.Get("state")), []byte(a.State)) != 1 {
		return "", errStaleOIDC
	}
	if issuer := sent.Get("iss"); issuer != "" && issuer != p.oidc.Issuer { // RFC 9207
		return "", fmt.Errorf("%w (another issuer)", errNotTheirs)
	}
	switch problem := sent.Get("error"); problem {
	case "":
	case "access_denied", "login_required", "interaction_required", "consent_required":
		return "", errTurnedBack
	case "temporarily_unavailable", "server_error":
		return "", errAway
	default:
		return "", fmt.Errorf("%w (the provider answers %q)", errNotTheirs, problem)
	}
	account, err := p.oidc.account(r.Context(), sent.Get("code"), a)
	if err != nil {
		return "", err
	}
	return p.people.ByAccount(r.Context(), account)
}

// account changes a code into what the provider vouches for. The tokens that
// come with it are looked at, and kept nowhere.
func (o *provider) account(ctx context.Context, code string, a asked) (person.Account, error) {
	at, err := o.reach(ctx)
	if err != nil {
		return person.Account{}, err
	}
	ctx = oidc.ClientContext(ctx, o.client)
	token, err := at.oauth.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		status := 0
		if refused.Response != nil {
			status = refused.Response.StatusCode
		}
		if status >= http.StatusInternalServerError {
			return person.Account{}, fmt.Errorf("%w (status %d)", errAway, status)
		}
		return person.Account{}, fmt.Errorf("%w (the code is refused: status %d, %q)", errNotTheirs, status, refused.ErrorCode)
	}
	if _, ok := errors.AsType[*url.Error](err); ok {
		return person.Account{}, fmt.Errorf("%w (%w)", errAway, err)
	}
	if err != nil {
		return person.Account{}, fmt.Errorf("%w (%w)", errNotTheirs, err)
	}
	account, err := at.vouched(ctx, token, o.ClientID, a.Nonce)
	if err != nil {
		return person.Account{}, fmt.Errorf("%w (%w)", errNotTheirs, err)
	}
	return account, nil
}

var (
	errNoIDToken = errors.New("there is no ID token")
	errNonce     = errors.New("the nonce is another’s")
	errParty     = errors.New("the ID token was issued to another client")
	errNoInfo    = errors.New("the provider tells nothing of the user")
	errSubject   = errors.New("the provider speaks of no subject, or of two")
)

func (f *found) vouched(ctx context.Context, token *oauth2.Token, client, nonce string) (person.Account, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return person.Account{}, errNoIDToken
	}
	idToken, err := f.verifier.Verify(ctx, raw)
	if err != nil {
		return person.Account{}, err
	}
	if subtle.ConstantTimeCompare([]byte(idToken.Nonce), []byte(nonce)) != 1 {
		return person.Account{}, errNonce
	}
	if idToken.Subject == "" {
		return person.Account{}, errSubject
	}
	if idToken.AccessTokenHash != "" {
		if err := idToken.VerifyAccessToken(token.AccessToken); err != nil {
			return person.Account{}, err
		}
	}
	var claims struct {
		Email    string `json:"email"`
		Verified any    `json:"email_verified"`
		Party    string `json:"azp"`
	}
	if err := idToken.Claims(&claims); err != nil {
		return person.Account{}, err
	}
	if claims.Party != client && (claims.Party != "" || len(idToken.Audience) > 1) {
		return person.Account{}, errParty
	}
	account := person.Account{Issuer: idToken.Issuer, Subject: idToken.Subject, Email: claims.Email, Verified: claims.Verified == true}
	if account.Email != "" || f.provider.UserInfoEndpoint() == "" {
		return account, nil
	}
	// Some providers tell the address only to who asks for it.
	info, err := f.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil { // which holds the whole answer
		return person.Account{}, errNoInfo
	}
	if info.Subject != account.Subject {
		return person.Account{}, errSubject
	}
	account.Email, account.Verified = info.Email, info.EmailVerified
	return account, nil
}

// notLetIn says kindly that somebody is not signed in, and how else they can. An
// error that has no words for them is ours.
func (p pages) notLetIn(w http.ResponseWriter, r *http.Request, by access.Actor, next string, err error) error {
	d := oidcData{Shell: p.signInShell(r, by, "This did not sign you in"), Words: fault.Public(err), Again: withNext("/sign-in", next)}
	if d.Words == "" {
		return err
	}
	p.site.Log.InfoContext(r.Context(), "not signed in by the organisation’s account", "error", err)
	status := http.StatusForbidden
	switch {
	case errors.Is(err, fault.Unavailable):
		status = http.StatusServiceUnavailable
	case errors.Is(err, fault.Conflict):
		status = http.StatusConflict
	}
	return p.site.Show(w, r, status, oidcTroublePage(d))
}
