package person

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"commontable/internal/access"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
)

// A RecoveryID names a recovery.
type RecoveryID string

// How a recovery of a lost passkey goes. The wait is for whoever is told of it
// and knows better; what was never confirmed or used does not stay open for ever.
const (
	RecoveryNeeds = 2                   // people who confirm it
	RecoveryWait  = 24 * time.Hour      // from the second of them
	recoveryOpen  = 7 * 24 * time.Hour  // in which the new passkey may be made
	recoveryAsked = 14 * 24 * time.Hour // in which it may be confirmed
)

// A RecoveryState is how far a recovery has come.
type RecoveryState string

// The states of a recovery.
const (
	RecoveryAsked   RecoveryState = "asked for"
	RecoveryWaiting RecoveryState = "waiting"
	RecoveryReady   RecoveryState = "ready"
	RecoveryUsed    RecoveryState = "used"
	RecoveryStopped RecoveryState = "stopped"
	RecoveryLapsed  RecoveryState = "lapsed"
)

// A Recovery is the way to a new passkey for somebody who lost theirs.
type Recovery struct {
	ID            RecoveryID
	Person        access.PersonID
	AskedBy       access.PersonID
	Asked         time.Time
	Confirmations []Confirmation
	Ready         time.Time // from when the new passkey may be made; zero until two have confirmed
	Ended         time.Time
	EndedBy       access.PersonID

	outcome RecoveryState // once it has ended
}

// A Confirmation is one person's word that it is really who they say.
type Confirmation struct {
	By  access.PersonID
	How string // how they know: "I rang her on the number we have"
	At  time.Time
}

// State is how far the recovery has come at a time.
func (r Recovery) State(now time.Time) RecoveryState {
	switch {
	case r.outcome != "":
		return r.outcome
	case r.Ready.IsZero() && now.Before(r.Asked.Add(recoveryAsked)):
		return RecoveryAsked
	case r.Ready.IsZero():
		return RecoveryLapsed
	case now.Before(r.Ready):
		return RecoveryWaiting
	case now.Before(r.Closes()):
		return RecoveryReady
	}
	return RecoveryLapsed
}

// Closes is when the new passkey may no longer be made.
func (r Recovery) Closes() time.Time { return r.Ready.Add(recoveryOpen) }

// Open reports whether the recovery may still come to something.
func (r Recovery) Open(now time.Time) bool {
	return slices.Contains([]RecoveryState{RecoveryAsked, RecoveryWaiting, RecoveryReady}, r.State(now))
}

// RecoverySeen is a recovery as an actor may see it, or fault.NotFound: the
// person's own, or of somebody whom the actor may help.
func RecoverySeen(ctx context.Context, tx *db.Tx, by access.Actor, rid RecoveryID, now time.Time) (Recovery, error) {
	r, err := RecoveryByID(ctx, tx, rid)
	if err != nil {
		return Recovery{}, err
	}
	if err := mayHelpBack(ctx, tx, by, r.Person, now); err != nil {
		return Recovery{}, err
	}
	return r, nil
}

// mayHelpBack says that a person is not there for who would help them back, or
// nothing. An officer helps those of their programme, and those who belong to
// none, such as an organisation's; of another programme's they know nothing.
func mayHelpBack(ctx context.Context, tx *db.Tx, by access.Actor, who access.PersonID, now time.Time) error {
	switch {
	case by.System, by.SignedIn() && by.Person == who:
		return nil
	case !by.Holds(access.RestorePasskey):
		return fault.NotFound
	case by.Hat.Scope == access.InInstallation:
		return nil
	}
	hats, err := db.All(ctx, tx, db.Value[string], `
		SELECT programme_id FROM hats WHERE person_id = $1 AND (until_on IS NULL OR until_on > $2)`, who, date.Of(now))
	if err != nil {
		return err
	}
	if len(hats) > 0 && !slices.Contains(hats, by.Hat.Place) && !slices.Contains(hats, "") {
		return fault.NotFound
	}
	return nil
}

// MayConfirm says why somebody may not confirm the recovery, or nothing.
func (r Recovery) MayConfirm(by access.Actor, now time.Time) error {
	switch {
	case by.Person == r.Person:
		return fault.New(fault.Forbidden, "This is for you, so two other people confirm it.")
	case !by.Holds(access.RestorePasskey):
		return by.Must(access.RestorePasskey, access.Place{})
	case slices.ContainsFunc(r.Confirmations, func(c Confirmation) bool { return c.By == by.Person }):
		return fault.New(fault.Conflict, "You confirmed this. Now it needs somebody else.")
	case r.State(now) != RecoveryAsked:
		return fault.New(fault.Conflict, "There is nothing to confirm here any more.")
	}
	return nil
}

// AskRecovery asks for a new passkey for a person who lost theirs: themself, or
// somebody who helps them.
func (p *People) AskRecovery(ctx context.Context, by access.Actor, who access.PersonID, form string) (RecoveryID, error) {
	asked, err := p.onceFor(ctx, by, form, []any{"ask for recovery", who}, func(tx *db.Tx) (string, error) {
		rid, err := p.AskRecoveryIn(ctx, tx, by, who)
		return string(rid), err
	})
	if err != nil {
		return "", fmt.Errorf("ask for a recovery: %w", err)
	}
	return RecoveryID(asked), nil
}

// onceFor does something once for a form, in a transaction.
func (p *People) onceFor(ctx context.Context, by access.Actor, form string, content any, do func(*db.Tx) (string, error)) (subject string, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		subject, err = audit.Once(ctx, tx, audit.Sent{Form: form, By: by, Content: content, At: p.Now()}, func() (string, error) { return do(tx) })
		return err
	})
	return subject, err
}

// AskRecoveryIn is AskRecovery as part of a transaction. While one is open, that
// one is it.
func (p *People) AskRecoveryIn(ctx context.Context, tx *db.Tx, by access.Actor, who access.PersonID) (RecoveryID, error) {
	if by.Person != who || !by.SignedIn() {
		if err := by.Must(access.RestorePasskey, access.Place{}); !by.Holds(access.RestorePasskey) {
			return "", err
		}
	}
	lost, err := ByID(ctx, tx, who)
	if err != nil {
		return "", err
	}
	if err := mayHelpBack(ctx, tx, by, who, p.Now()); err != nil {
		return "", err
	}
	has, err := PasskeysOf(ctx, tx, who)
	if err != nil {
		return "", err
	}
	if len(has) == 0 {
		return "", fault.New(fault.Conflict, lost.Name+" has no passkey yet. To make the first one, nobody has to be asked: sign in, and choose “Your passkeys”.")
	}
	last, err := LastRecovery(ctx, tx, who)
	switch {
	case errors.Is(err, fault.NotFound):
	case err != nil:
		return "", err
	case last.Open(p.Now()):
		return last.ID, nil
	case last.outcome == "":
		if err := endRecovery(ctx, tx, last.ID, RecoveryLapsed, "", p.Now()); err != nil {
			return "", err
		}
	}
	asked := id.New[RecoveryID](p.IDs)
	if err := insertRecovery(ctx, tx, asked, who, by.Person, p.Now()); err != nil {
		if db.IsDuplicate(err) {
			return "", fault.New(fault.Conflict, "This was asked for a moment ago.")
		}
		return "", fmt.Errorf("insert recovery: %w", err)
	}
	if err := p.recordRecovery(ctx, tx, by, "passkey recovery asked for", who, asked, ""); err != nil {
		return "", err
	}
	return asked, p.tellAll(ctx, tx, who, "A new passkey was asked for",
		lost.Name+" lost their passkey. Two people must confirm that it is really them who asks. Then there is a wait of a day.", recoveryPath(asked))
}

// NewConfirmation is what is said by who confirms a recovery.
type NewConfirmation struct {
	Form string
	How  string // how they know that it is really the person
}

// Check says what is wrong with n, if anything.
func (n NewConfirmation) Check() fault.Invalid {
	var wrong fault.Invalid
	if how := strings.TrimSpace(n.How); how == "" || len([]rune(how)) > 500 {
		wrong.Add("how", "Say how you know that it is really them, in up to 500 letters")
	}
	return wrong
}

// ConfirmRecovery confirms that it is really the person who asks. With the
// second the wait begins.
func (p *People) ConfirmRecovery(ctx context.Context, by access.Actor, rid RecoveryID, n NewConfirmation) error {
	_, err := p.onceFor(ctx, by, n.Form, []any{"confirm recovery", rid, n.How}, func(tx *db.Tx) (string, error) {
		return string(rid), p.ConfirmRecoveryIn(ctx, tx, by, rid, n)
	})
	if err != nil {
		return fmt.Errorf("confirm recovery: %w", err)
	}
	return nil
}

// ConfirmRecoveryIn is ConfirmRecovery as part of a transaction.
func (p *People) ConfirmRecoveryIn(ctx context.Context, tx *db.Tx, by access.Actor, rid RecoveryID, n NewConfirmation) error {
	r, err := RecoverySeen(ctx, tx, by, rid, p.Now())
	if err != nil {
		return err
	}
	if err := r.MayConfirm(by, p.Now()); err != nil {
		return err
	}
	if by.System {
		return fault.New(fault.Forbidden, "A program cannot know who somebody is. Two people confirm this.")
	}
	if err := by.MustBeSure(); err != nil {
		return err
	}
	if err := n.Check().OrNil(); err != nil {
		return err
	}
	now := p.Now()
	if err := insertConfirmation(ctx, tx, rid, Confirmation{By: by.Person, How: strings.TrimSpace(n.How), At: now}); err != nil {
		return fmt.Errorf("insert confirmation: %w", err)
	}
	if err := p.recordRecovery(ctx, tx, by, "passkey recovery confirmed", r.Person, rid, n.How); err != nil {
		return err
	}
	lost, err := ByID(ctx, tx, r.Person)
	if err != nil {
		return err
	}
	if len(r.Confirmations)+1 < RecoveryNeeds {
		return p.tellAll(ctx, tx, r.Person, "One of two people has confirmed a new passkey",
			by.Name+" confirmed that it is really "+lost.Name+" who asks for a new passkey. One more person must confirm it.", recoveryPath(rid))
	}
	if err := readyRecovery(ctx, tx, rid, now.Add(RecoveryWait)); err != nil {
		return err
	}
	return p.tellAll(ctx, tx, r.Person, "In a day a new passkey can be made",
		"Two people confirmed it. A day from now, "+lost.Name+" can make a new passkey, and the old ones stop working. If this is wrong, stop it now.", recoveryPath(rid))
}

// StopRecovery stops a recovery: the person whom it is for, or who may confirm one.
func (p *People) StopRecovery(ctx context.Context, by access.Actor, rid RecoveryID, form string) error {
	_, err := p.onceFor(ctx, by, form, []any{"stop recovery", rid}, func(tx *db.Tx) (string, error) {
		return string(rid), p.StopRecoveryIn(ctx, tx, by, rid)
	})
	if err != nil {
		return fmt.Errorf("stop recovery: %w", err)
	}
	return nil
}

// StopRecoveryIn is StopRecovery as part of a transaction.
func (p *People) StopRecoveryIn(ctx context.Context, tx *db.Tx, by access.Actor, rid RecoveryID) error {
	r, err := RecoverySeen(ctx, tx, by, rid, p.Now())
	if err != nil {
		return err
	}
	if !r.Open(p.Now()) {
		return fault.New(fault.Conflict, "This has ended already, so there is nothing to stop.")
	}
	if err := endRecovery(ctx, tx, rid, RecoveryStopped, by.Person, p.Now()); err != nil {
		return err
	}
	if err := p.recordRecovery(ctx, tx, by, "passkey recovery stopped", r.Person, rid, ""); err != nil {
		return err
	}
	lost, err := ByID(ctx, tx, r.Person)
	if err != nil {
		return err
	}
	return p.tellAll(ctx, tx, r.Person, "A new passkey was stopped",
		by.Name+" stopped the new passkey for "+lost.Name+". Nothing was changed: the old passkeys still work.", recoveryPath(rid))
}

// openRecovery is the recovery by which a person may make a new passkey now; ""
// where there is none.
func openRecovery(ctx context.Context, tx *db.Tx, who access.PersonID, now time.Time) (RecoveryID, error) {
	r, err := LastRecovery(ctx, tx, who)
	if errors.Is(err, fault.NotFound) || err == nil && r.State(now) != RecoveryReady {
		return "", nil
	}
	return r.ID, err
}

// useRecoveryIn ends a recovery with a new passkey about to be made: what was
// lost opens nothing any more.
func (p *People) useRecoveryIn(ctx context.Context, tx *db.Tx, by access.Actor) error {
	rid, err := openRecovery(ctx, tx, by.Person, p.Now())
	if err != nil || rid == "" {
		return err
	}
	has, err := PasskeysOf(ctx, tx, by.Person)
	if err != nil {
		return err
	}
	for _, k := range has {
		if err := deletePasskey(ctx, tx, k.ID); err != nil {
			return err
		}
		if err := p.recordPasskey(ctx, tx, by, "passkey removed", k); err != nil {
			return err
		}
	}
	if err := p.endTokens(ctx, tx, by, by.Person); err != nil {
		return err
	}
	if err := endRecovery(ctx, tx, rid, RecoveryUsed, by.Person, p.Now()); err != nil {
		return err
	}
	return p.recordRecovery(ctx, tx, by, "passkey recovery used", by.Person, rid, "")
}

func (p *People) recordRecovery(ctx context.Context, tx *db.Tx, by access.Actor, act string, who access.PersonID, rid RecoveryID, private string) error {
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: audit.Installation, Act: act, Subject: string(who), By: by, At: p.Now(), Facts: map[string]string{"recovery": string(rid)}, Private: strings.TrimSpace(private),
	})
}

func recoveryPath(rid RecoveryID) string { return "/recoveries/" + string(rid) }

func scanRecovery(r db.Row) (x Recovery, err error) {
	return x, r.Scan(&x.ID, &x.Person, &x.AskedBy, &x.Asked, &x.Ready, &x.Ended, &x.EndedBy, &x.outcome)
}

func withConfirmations(ctx context.Context, tx *db.Tx, r Recovery, err error) (Recovery, error) {
	if err != nil {
		return r, err
	}
	r.Confirmations, err = db.All(ctx, tx, func(row db.Row) (c Confirmation, err error) {
		return c, row.Scan(&c.By, &c.How, &c.At)
	}, `SELECT person_id, how, made_at FROM recovery_confirmations WHERE recovery_id = $1 ORDER BY made_at, person_id`, r.ID)
	return r, err
}

// RecoveryByID is one recovery, or fault.NotFound.
func RecoveryByID(ctx context.Context, tx *db.Tx, rid RecoveryID) (Recovery, error) {
	r, err := db.One(ctx, tx, scanRecovery, `
		SELECT id, person_id, asked_by, asked_at, ready_at, ended_at, COALESCE(ended_by, ''), COALESCE(outcome, '')
		FROM recoveries WHERE id = $1`, rid)
	return withConfirmations(ctx, tx, r, err)
}

// LastRecovery is the latest recovery of a person, or fault.NotFound.
func LastRecovery(ctx context.Context, tx *db.Tx, who access.PersonID) (Recovery, error) {
	r, err := db.One(ctx, tx, scanRecovery, `
		SELECT id, person_id, asked_by, asked_at, ready_at, ended_at, COALESCE(ended_by, ''), COALESCE(outcome, '')
		FROM recoveries WHERE person_id = $1 ORDER BY asked_at DESC, id DESC LIMIT 1`, who)
	return withConfirmations(ctx, tx, r, err)
}

// Recoveries lists the latest recoveries, at most so many, of those whom an actor
// may help.
func Recoveries(ctx context.Context, tx *db.Tx, by access.Actor, now time.Time, most int) (seen []Recovery, err error) {
	all, err := db.All(ctx, tx, scanRecovery, `
		SELECT id, person_id, asked_by, asked_at, ready_at, ended_at, COALESCE(ended_by, ''), COALESCE(outcome, '')
		FROM recoveries ORDER BY asked_at DESC, id DESC LIMIT $1`, most)
	for _, r := range all {
		err := mayHelpBack(ctx, tx, by, r.Person, now)
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if r, err = withConfirmations(ctx, tx, r, err); err != nil {
			return nil, err
		}
		seen = append(seen, r)
	}
	return seen, err
}

func insertRecovery(ctx context.Context, tx *db.Tx, rid RecoveryID, who, by access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO recoveries (id, person_id, asked_by, asked_at) VALUES ($1, $2, $3, $4)`, rid, who, by, at)
	return err
}

func insertConfirmation(ctx context.Context, tx *db.Tx, rid RecoveryID, c Confirmation) error {
	_, err := tx.Exec(ctx, `INSERT INTO recovery_confirmations (recovery_id, person_id, how, made_at) VALUES ($1, $2, $3, $4)`, rid, c.By, c.How, c.At)
	return err
}

func readyRecovery(ctx context.Context, tx *db.Tx, rid RecoveryID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE recoveries SET ready_at = $2 WHERE id = $1 AND ended_at IS NULL`, rid, at)
	return err
}

func endRecovery(ctx context.Context, tx *db.Tx, rid RecoveryID, outcome RecoveryState, by access.PersonID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE recoveries SET ended_at = $2, ended_by = $3, outcome = $4 WHERE id = $1 AND ended_at IS NULL`, rid, at, by, outcome)
	return err
}
