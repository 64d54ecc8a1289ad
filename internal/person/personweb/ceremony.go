package personweb

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"commontable/internal/access"
	"commontable/internal/fault"
	"commontable/internal/person"
)

// A ceremony is a question to a passkey, kept in the session until it is
// answered, once.
type ceremony struct {
	For  purpose
	By   access.PersonID // whom it was asked of; "" where anybody may answer
	Data webauthn.SessionData
}

// A purpose is what a passkey is asked for. An answer for one is none for another.
type purpose string

const (
	toMake   purpose = "make"
	toBeSure purpose = "sure"
	toSignIn purpose = "sign in"
)

const sessionCeremony = "ceremony"

// The person has this long to find their phone.
const ceremonyTime = 5 * time.Minute

// relyingParty is the site as passkeys know it: by the name in its address. An
// address without a name, such as 127.0.0.1, has no passkeys.
func relyingParty(baseURL string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(baseURL)
	if err != nil {
		return nil, err
	}
	if u.Hostname() == "" || net.ParseIP(u.Hostname()) != nil {
		return nil, errNoName
	}
	limit := webauthn.TimeoutConfig{Enforce: true, Timeout: ceremonyTime, TimeoutUVD: ceremonyTime}
	return webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Common Table", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation, // which make of phone somebody has is none of our business
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: limit, Registration: limit},
	})
}

var errNoName = fault.New(fault.Conflict, "Passkeys do not work at this address. They need the site to be reached by its name, such as https://example.org, and not by a number.")

// An owner is a person as the library wants to see them.
type owner struct {
	person person.Person
	keys   []webauthn.Credential
}

func (o owner) WebAuthnID() []byte                         { return []byte(o.person.ID) }
func (o owner) WebAuthnDisplayName() string                { return o.person.Name }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.keys }

func (o owner) WebAuthnName() string {
	if o.person.Email != "" {
		return o.person.Email
	}
	return o.person.Name
}

// ownerOf is a person with those of their passkeys that still open something.
func ownerOf(who person.Person, passkeys []person.Passkey) (owner, error) {
	o := owner{person: who}
	for _, k := range passkeys {
		if !k.Doubted.IsZero() {
			continue
		}
		var c webauthn.Credential
		if err := json.Unmarshal(k.Record, &c); err != nil {
			return o, fmt.Errorf("passkey %s: %w", k.ID, err)
		}
		o.keys = append(o.keys, c)
	}
	return o, nil
}

func passkeyID(raw []byte) person.PasskeyID {
	return person.PasskeyID(base64.RawURLEncoding.EncodeToString(raw))
}

// begin keeps a question in the session and sends it to the page's script.
func (p pages) begin(w http.ResponseWriter, r *http.Request, c ceremony, options any) error {
	kept, err := json.Marshal(c)
	if err != nil {
		return err
	}
	p.site.Sessions.Put(r.Context(), sessionCeremony, kept)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(options)
}

// question takes the question out of the session: whatever the answer, it is not
// asked a second time.
func (p pages) question(r *http.Request, what purpose, by access.Actor) (ceremony, error) {
	var c ceremony
	kept := p.site.Sessions.PopBytes(r.Context(), sessionCeremony)
	if kept == nil || json.Unmarshal(kept, &c) != nil || c.For != what || c.By != by.Person {
		return c, errStale
	}
	return c, nil
}

var errStale = fault.New(fault.Conflict, "This took too long, or was sent before. Nothing is changed. Open the page again, and use your passkey once more.")

// answered is what a passkey answered, as a page sent it.
func answeredByUse(sent string) (*protocol.ParsedCredentialAssertionData, error) {
	answer, err := protocol.ParseCredentialRequestResponseBody(bytes.NewReader([]byte(sent)))
	if err != nil {
		return nil, errNotOne
	}
	return answer, nil
}

var (
	errNotOne = fault.New(fault.Forbidden, "This passkey could not be checked, so nothing was done. Try again, or use another one.")
	errNotOwn = errors.New("no such passkey")
)

// useOwn checks that somebody who is signed in has used one of their passkeys.
func (p pages) useOwn(r *http.Request, by access.Actor, sent string) error {
	c, err := p.question(r, toBeSure, by)
	if err != nil {
		return err
	}
	answer, err := answeredByUse(sent)
	if err != nil {
		return err
	}
	who, err := p.ownerByID(r, by.Person)
	if err != nil {
		return err
	}
	used, err := p.passkeys.ValidateLogin(who, c.Data, answer)
	if err != nil {
		p.site.Log.InfoContext(r.Context(), "passkey refused", "person", by.Person, "error", err)
		return errNotOne
	}
	_, err = p.keep(r, used)
	return err
}

// useAny checks a passkey with which somebody signs in, and says who they are.
func (p pages) useAny(r *http.Request, sent string) (access.PersonID, error) {
	c, err := p.question(r, toSignIn, access.Actor{})
	if err != nil {
		return "", err
	}
	answer, err := answeredByUse(sent)
	if err != nil {
		return "", err
	}
	find := func(raw, handle []byte) (webauthn.User, error) {
		o, err := p.ownerByID(r, access.PersonID(handle))
		if err != nil {
			return nil, err
		}
		for _, k := range o.keys {
			if bytes.Equal(k.ID, raw) {
				return o, nil
			}
		}
		return nil, errNotOwn
	}
	_, used, err := p.passkeys.ValidatePasskeyLogin(find, c.Data, answer)
	if err != nil {
		p.site.Log.InfoContext(r.Context(), "passkey refused", "error", err)
		return "", errNotOne
	}
	return p.keep(r, used)
}

// keep notes that a passkey was used, and whose it is.
func (p pages) keep(r *http.Request, used *webauthn.Credential) (access.PersonID, error) {
	copied := used.Authenticator.CloneWarning
	record, err := json.Marshal(used)
	if err != nil {
		return "", err
	}
	return p.people.UsePasskey(r.Context(), passkeyID(used.ID), record, copied)
}
