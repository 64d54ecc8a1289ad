package personweb

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-webauthn/webauthn/webauthn"

	"commontable/internal/access"
	"commontable/internal/person"
	"commontable/internal/web"
)

// sessionSure is when a passkey was used last in a session, in seconds.
const sessionSure = "sure"

// isSure reports whether it is sure who is at the other end: they have used a
// passkey just now, or look around as somebody made up.
func isSure(r *http.Request, sessions *scs.SessionManager, now time.Time) bool {
	if sessions.GetBool(r.Context(), sessionLooks) {
		return true
	}
	used := sessions.GetInt64(r.Context(), sessionSure)
	since := now.Sub(time.Unix(used, 0))
	return used != 0 && since >= 0 && since < access.SureFor
}

// nowSure notes that a passkey was used just now. The session gets another
// token, so that who knew the old one knows nothing.
func (p pages) nowSure(r *http.Request) error {
	if err := p.site.Sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	p.site.Sessions.Put(r.Context(), sessionSure, p.site.Now().Unix())
	return nil
}

// signInByPasskey lets in whoever has used a passkey of theirs.
func (p pages) signInByPasskey(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if p.passkeys == nil {
		return errNoName
	}
	who, err := p.useAny(r, form.Text("passkey"))
	if err != nil {
		return err
	}
	return p.letIn(w, r, who, person.ByPasskey, form.Text("next"))
}

func recordOf(c *webauthn.Credential) ([]byte, error) { return json.Marshal(c) }
