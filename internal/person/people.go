package person

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/id"
	post "commontable/internal/mail"
	"commontable/internal/organisation"
)

// mayManage says, as an error, whether an actor looks after people at all. Of
// whom, and in which hats, is asked when it is done.
func mayManage(by access.Actor) error {
	if by.Holds(access.ManagePeople) {
		return nil
	}
	return by.Must(access.ManagePeople, access.Place{})
}

// Add adds a person. The same form sent twice adds one.
func (p *People) Add(ctx context.Context, by access.Actor, n New) (who access.PersonID, err error) {
	err = p.DB.Write(ctx, func(tx *db.Tx) error {
		subject, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: []string{"person", n.Name, n.Email}, At: p.Now()}, func() (string, error) {
			added, err := p.AddIn(ctx, tx, by, n)
			return string(added.ID), err
		})
		who = access.PersonID(subject)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("add person: %w", err)
	}
	return who, nil
}

// AddIn adds a person.
func (p *People) AddIn(ctx context.Context, tx *db.Tx, by access.Actor, n New) (Person, error) {
	if err := mayManage(by); err != nil {
		return Person{}, err
	}
	return p.add(ctx, tx, by, n)
}

func (p *People) add(ctx context.Context, tx *db.Tx, by access.Actor, n New) (Person, error) {
	if err := n.Check().OrNil(); err != nil {
		return Person{}, err
	}
	added := Person{ID: id.New[access.PersonID](p.IDs), Name: strings.TrimSpace(n.Name), Email: strings.ToLower(n.Email)}
	if err := notTaken(ctx, tx, added); err != nil {
		return Person{}, err
	}
	if err := insertPerson(ctx, tx, added, p.Now()); err != nil {
		return Person{}, fmt.Errorf("add person: %w", err)
	}
	return added, audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: audit.Installation, Act: "person added", Subject: string(added.ID), By: by, At: p.Now(), Private: added.Name,
	})
}

// notTaken refuses an address that is somebody else's. The table would too, but
// a person is to be told beside the field.
func notTaken(ctx context.Context, tx *db.Tx, p Person) error {
	if p.Email == "" {
		return nil
	}
	n, err := db.One(ctx, tx, db.Value[int], `SELECT COUNT(*) FROM people WHERE email = $1 AND id <> $2`, p.Email, p.ID)
	if err == nil && n > 0 {
		err = fault.New(fault.Conflict, "Somebody with that email address is here already. If you cannot find them, they have a hat elsewhere: ask whoever runs this site.")
	}
	return err
}

// Change changes a person's name or address.
func (p *People) Change(ctx context.Context, by access.Actor, who access.PersonID, n New) error {
	err := p.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := audit.Once(ctx, tx, audit.Sent{Form: n.Form, By: by, Content: []string{"change", string(who), n.Name, n.Email}, At: p.Now()}, func() (string, error) {
			return string(who), p.ChangeIn(ctx, tx, by, who, n)
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("change person: %w", err)
	}
	return nil
}

// ChangeIn changes a person's name or address. Who gets their mail signs in as
// them: so a new address ends every signing in and every token of theirs, and the
// old address is told. For those who have a passkey, or hats that take two people
// to give, it is changed at the command line alone.
func (p *People) ChangeIn(ctx context.Context, tx *db.Tx, by access.Actor, who access.PersonID, n New) error {
	if err := mayManage(by); err != nil {
		return err
	}
	seen, err := p.Seen(ctx, tx, by, who)
	if err != nil {
		return err
	}
	was, hats := seen.Person, seen.Hats
	if err := n.Check().OrNil(); err != nil {
		return err
	}
	now := Person{ID: who, Name: strings.TrimSpace(n.Name), Email: strings.ToLower(n.Email)}
	if now == was {
		return nil
	}
	if err := p.mayChange(ctx, tx, by, hats, now.Email != was.Email); err != nil {
		return err
	}
	if now.Email != was.Email {
		if err := mayReaddress(ctx, tx, by, who); err != nil {
			return err
		}
	}
	if err := notTaken(ctx, tx, now); err != nil {
		return err
	}
	if err := updatePerson(ctx, tx, now); err != nil {
		return err
	}
	act := "person renamed"
	if now.Email != was.Email {
		act = "person’s email address changed"
		if err := errors.Join(p.signOutEverywhere(ctx, tx, who), p.endTokens(ctx, tx, by, who)); err != nil {
			return err
		}
		if err := p.tellOldAddress(ctx, tx, was); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, p.IDs, audit.Event{
		Stream: audit.Installation, Act: act, Subject: string(who), By: by, At: p.Now(), Private: now.Name,
	})
}

func (p *People) mayChange(ctx context.Context, tx *db.Tx, by access.Actor, hats []access.Hat, email bool) error {
	for _, h := range hats {
		if !h.Until.IsZero() && !p.today().Before(h.Until) {
			continue
		}
		if h.Role.NeedsTwo() && email && !by.System {
			return fault.New(fault.Forbidden, "They wear a hat that takes two people to give ("+h.Role.Title()+"), so their address is changed at the command line alone, by whoever runs this site.")
		}
		place, err := placeIn(ctx, tx, h.Scope, h.Place)
		if err != nil {
			return err
		}
		if err := by.Must(access.ManagePeople, place); err != nil {
			return err
		}
	}
	return nil
}

// mayReaddress says why a person's address is changed at the command line alone,
// or nothing. A passkey outlives the address with which it was made: who had the
// old one could come in as who has the new one. And while a hat that takes two
// people waits, the second is to confirm it for whom the first proposed it.
func mayReaddress(ctx context.Context, tx *db.Tx, by access.Actor, who access.PersonID) error {
	if by.System {
		return nil
	}
	has, err := PasskeysOf(ctx, tx, who)
	if err != nil {
		return err
	}
	if len(has) > 0 {
		return fault.New(fault.Forbidden, "They have a passkey, so their address is changed at the command line alone, by whoever runs this site.")
	}
	waits, err := db.One(ctx, tx, db.Value[int], `SELECT COUNT(*) FROM hat_proposals WHERE person_id = $1 AND decided_at IS NULL`, who)
	if err == nil && waits > 0 {
		err = fault.New(fault.Conflict, "A hat that takes two people waits for them. Their address can be changed when it is confirmed or declined.")
	}
	return err
}

// signOutEverywhere ends what a person came in by, and every way in that waits.
// An account that was found by the old address is looked for by the new one.
func (p *People) signOutEverywhere(ctx context.Context, tx *db.Tx, who access.PersonID) error {
	if err := deleteLinks(ctx, tx, who); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM sign_ins WHERE person_id = $1`, who); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE passes SET used_at = $2 WHERE person_id = $1 AND used_at IS NULL`, who, p.Now())
	return err
}

func (p *People) tellOldAddress(ctx context.Context, tx *db.Tx, was Person) error {
	if was.Email == "" {
		return nil
	}
	i, err := area.InstallationOf(ctx, tx)
	if err != nil {
		return err
	}
	return post.SendIn(ctx, tx, p.IDs, p.Now(), post.Message{
		To: was.Email, Subject: "Your email address at " + i.Name + " was changed",
		Words: []string{
			"Hello " + was.Name + ".",
			"You sign in to " + i.Name + " with another email address from now on. This is the last email to this one.",
			"If you did not ask for that, tell whoever looks after your area.",
		},
	})
}

// PerPage is how many people Find gives at a time.
const PerPage = 25

// A Found is a person with the hats that they wear, or will.
type Found struct {
	Person

	Hats []access.Hat
}

// reach is the programme whose people an actor sees; "" for everybody's.
func reach(by access.Actor) (programme string, err error) {
	switch {
	case by.System:
		return "", nil
	case !by.Holds(access.SeeHats):
		return "", fault.NotFound
	case by.Hat.Scope == access.InInstallation:
		return "", nil
	case by.Hat.Scope == access.InProgramme:
		return by.Hat.Place, nil
	}
	return "", fault.NotFound
}

// A Search is whom somebody looks for: words of a name, or a whole address. Most
// is how many are wanted, from one on.
type Search struct {
	Words      string
	Most, From int
}

// Find looks for people, by name: those with a hat in the actor's programme, and
// those who have none yet. Those who manage people find them by their whole
// address too, and see it.
func (p *People) Find(ctx context.Context, tx *db.Tx, by access.Actor, s Search) (found []Found, total int, err error) {
	programme, err := reach(by)
	if err != nil {
		return nil, 0, err
	}
	address := ""
	if by.Holds(access.ManagePeople) {
		address = strings.ToLower(strings.TrimSpace(s.Words))
	}
	name := pattern(s.Words)
	total, err = db.One(ctx, tx, db.Value[int], `
		SELECT COUNT(*) FROM people p
		WHERE (p.search_text LIKE $1 ESCAPE '!' OR p.email = $2)
			AND (CAST($3 AS TEXT) = '' OR EXISTS (SELECT 1 FROM hats h WHERE h.person_id = p.id AND h.programme_id = $3)
				OR NOT EXISTS (SELECT 1 FROM hats h WHERE h.person_id = p.id))`, name, address, programme)
	if err != nil {
		return nil, 0, err
	}
	people, err := db.All(ctx, tx, scanPerson, `
		SELECT p.id, p.name, COALESCE(p.email, '') FROM people p
		WHERE (p.search_text LIKE $1 ESCAPE '!' OR p.email = $2)
			AND (CAST($3 AS TEXT) = '' OR EXISTS (SELECT 1 FROM hats h WHERE h.person_id = p.id AND h.programme_id = $3)
				OR NOT EXISTS (SELECT 1 FROM hats h WHERE h.person_id = p.id))
		ORDER BY p.search_text, p.id LIMIT $4 OFFSET $5`, name, address, programme, s.Most, s.From)
	if err != nil {
		return nil, 0, err
	}
	found, err = p.everyWithHats(ctx, tx, by, people)
	return found, total, err
}

func (p *People) everyWithHats(ctx context.Context, tx *db.Tx, by access.Actor, people []Person) ([]Found, error) {
	who := make([]access.PersonID, len(people))
	for i, one := range people {
		who[i] = one.ID
	}
	hats, err := EveryHatOf(ctx, tx, who)
	found := make([]Found, len(people))
	for i, one := range people {
		found[i] = p.withHats(by, one, hats[one.ID])
	}
	return found, err
}

// withHats is a person with those of their hats that have not ended.
func (p *People) withHats(by access.Actor, who Person, hats []access.Hat) Found {
	f := Found{Person: who}
	if !by.Holds(access.ManagePeople) {
		f.Email = ""
	}
	for _, h := range hats {
		if h.Until.IsZero() || p.today().Before(h.Until) {
			f.Hats = append(f.Hats, h)
		}
	}
	return f
}

// Seen is a person as an actor may see them among all people, or fault.NotFound.
// Their hats that have ended are with them.
func (p *People) Seen(ctx context.Context, tx *db.Tx, by access.Actor, who access.PersonID) (Found, error) {
	programme, err := reach(by)
	if err != nil {
		return Found{}, err
	}
	one, err := ByID(ctx, tx, who)
	if err != nil {
		return Found{}, err
	}
	n, err := db.One(ctx, tx, db.Value[int], `
		SELECT COUNT(*) FROM people p
		WHERE p.id = $1 AND (CAST($2 AS TEXT) = '' OR EXISTS (SELECT 1 FROM hats h WHERE h.person_id = p.id AND h.programme_id = $2)
			OR NOT EXISTS (SELECT 1 FROM hats h WHERE h.person_id = p.id))`, who, programme)
	if err == nil && n == 0 {
		err = fault.NotFound
	}
	if err != nil {
		return Found{}, err
	}
	f := p.withHats(by, one, nil)
	f.Hats, err = HatsOf(ctx, tx, who)
	return f, err
}

// pattern makes a LIKE pattern of words, in their order.
func pattern(words string) string {
	escape := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_", "\x00", "")
	parts := strings.Fields(escape.Replace(organisation.Fold(strings.ToValidUTF8(words, ""))))
	if len(parts) == 0 {
		return "%"
	}
	return "%" + strings.Join(parts[:min(len(parts), 12)], "%") + "%"
}

// PeopleIn lists who wears a hat in an area today, for those of the area: by
// role, then by name. A resident sees themselves: the names of those who do
// something for them they see where those said so. Addresses are seen by nobody here.
func (p *People) PeopleIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area) ([]Wearer, error) {
	if err := by.MustSee(access.SeePeople, a.Place()); err != nil {
		return nil, err
	}
	all, err := EveryWearer(ctx, tx, access.InArea, string(a.ID), p.today())
	if by.Hat.Role == access.Resident {
		all = slices.DeleteFunc(all, func(w Wearer) bool { return w.Person.ID != by.Person })
	}
	roles := access.Roles()
	slices.SortStableFunc(all, func(a, b Wearer) int {
		return cmp.Compare(slices.Index(roles, a.Hat.Role), slices.Index(roles, b.Hat.Role))
	})
	return all, err
}
