package meeting

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/mail"
	"commontable/internal/partnership"
)

// A Digest is a meeting in a few plain words, for those who were not there: what
// was agreed, who does what, and when we meet next. It is made of the notes, and
// of nothing that is for members alone.
type Digest struct {
	Meeting Meeting
	Agreed  []Told
	Next    []Told
	Coming  Meeting // the next meeting; zero where none is arranged
}

// Told is one line of a digest.
type Told struct{ What, Words string }

// DigestOf makes the digest of a meeting for an actor, given how the owners of its
// actions are named to them; fault.NotFound before notes are circulated. What they
// may not read in the notes is not in it.
func DigestOf(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, m Meeting, now time.Time, named func(Action) string) (Digest, error) {
	d := Digest{Meeting: m}
	if s := m.Stage(); s != Circulated && s != Agreed {
		return d, fault.NotFound
	}
	items, err := Agenda(ctx, tx, m)
	if err != nil {
		return d, err
	}
	notes, err := NotesFor(ctx, tx, by, a, m, items)
	if err != nil {
		return d, err
	}
	for _, i := range items {
		if agreed := notes.Items[i.ID].Agreed; agreed != "" && !i.MembersOnly && i.TakenOff == "" {
			d.Agreed = append(d.Agreed, Told{i.Title, agreed})
		}
	}
	actions, err := ActionsOf(ctx, tx, m)
	if err != nil {
		return d, err
	}
	for _, x := range actions {
		words := x.Words
		if !x.Due.IsZero() {
			words += ", by " + x.DueNow().Long()
		}
		d.Next = append(d.Next, Told{named(x), words})
	}
	coming, err := Since(ctx, tx, m.Area, now)
	for _, next := range coming {
		if !next.Off && next.Starts.After(m.Starts) && next.Kind == m.Kind {
			d.Coming = next
			break
		}
	}
	return d, err
}

// Short is the digest in at most 160 letters, as one text message. Every letter
// is one that the oldest phone shows.
func (d Digest) Short() string {
	const most = 160
	words := "We met on " + d.Meeting.Day().Short() + "."
	end := ""
	if d.Coming.ID != "" {
		end = " Next: " + d.Coming.Day().Short() + ", " + calendarTime(d.Coming) + "."
	}
	if len(d.Agreed) == 0 {
		words += " Nothing was decided."
	} else {
		words += " Agreed:"
	}
	for i, t := range d.Agreed {
		one := " " + plain(t.What)
		if i < len(d.Agreed)-1 {
			one += ";"
		} else {
			one += "."
		}
		more := ""
		if left := len(d.Agreed) - i - 1; left > 0 {
			more = " and " + strconv.Itoa(left) + " more."
		}
		if utf8.RuneCountInString(words+one+more+end) > most {
			rest := len(d.Agreed) - i
			words = strings.TrimSuffix(words, ";") + " and " + strconv.Itoa(rest) + " more."
			if i == 0 {
				words = strings.Replace(words, "Agreed: and ", "Agreed: ", 1)
				words = strings.Replace(words, strconv.Itoa(rest)+" more.", strconv.Itoa(rest)+" things.", 1)
			}
			break
		}
		words += one
	}
	if n := len(d.Next); n > 0 {
		if said := " " + strconv.Itoa(n) + " to do."; utf8.RuneCountInString(words+said+end) <= most {
			words += said
		}
	}
	return words + end
}

func calendarTime(m Meeting) string {
	from, _, _ := strings.Cut(m.Hours(), " to ")
	return from
}

// plain has no letter but those of the alphabet of text messages that count as one:
// others are written without their marks, or left out.
func plain(words string) string {
	words = strings.NewReplacer("’", "'", "‘", "'", "`", "'", "“", `"`, "”", `"`, "–", "-", "—", "-", "…", "...", "[", "(", "]", ")").Replace(words)
	var b strings.Builder
	for _, r := range norm.NFC.String(words) {
		if !isOfTexts(r) {
			r, _ = utf8.DecodeRuneInString(norm.NFD.String(string(r)))
		}
		if isOfTexts(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isOfTexts reports whether a letter is in the alphabet of text messages (GSM 03.38), and
// takes the room of one.
func isOfTexts(r rune) bool {
	return r >= ' ' && r <= '~' && !strings.ContainsRune("[]{}^|~\\`", r) || strings.ContainsRune("£¥èéùìòÇØøÅåÆæßÉÄÖÑÜ§¿äöñüà¡", r)
}

// Absent are those of the partnership who were not written down as having come.
func Absent(ctx context.Context, tx *db.Tx, m Meeting, today date.Date) ([]partnership.Member, error) {
	members, err := partnership.MembersOn(ctx, tx, m.Area, today)
	if err != nil {
		return nil, err
	}
	came, err := Attendance(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	there := map[access.PersonID]bool{}
	for _, p := range came {
		there[p.Person] = there[p.Person] || p.Came()
	}
	var absent []partnership.Member
	for _, member := range members {
		if !there[member.Person] {
			absent = append(absent, member)
		}
	}
	return absent, nil
}

// TellAbsent writes the digest to those of the partnership who were not there and
// have an address, and tells how many. Sent twice, it counts once.
func (m *Meetings) TellAbsent(ctx context.Context, by access.Actor, a area.Area, mid ID, form string) (told int, err error) {
	subject, err := m.once(ctx, by, form, []any{"tell absent", a.ID, mid}, func(tx *db.Tx) (string, error) {
		told, err := m.TellAbsentIn(ctx, tx, by, a, mid)
		return strconv.Itoa(told), err
	})
	if err != nil {
		return 0, wrap("tell absent", err)
	}
	return strconv.Atoi(subject)
}

// TellAbsentIn is TellAbsent as part of a transaction. The mail leads to the
// digest, and says nothing that is not public.
func (m *Meetings) TellAbsentIn(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, mid ID) (told int, err error) {
	if err := by.Must(access.RunMeetings, a.Place()); err != nil {
		return 0, err
	}
	one, err := ByID(ctx, tx, a.ID, mid)
	if err != nil {
		return 0, err
	}
	if s := one.Stage(); s != Circulated && s != Agreed {
		return 0, fault.New(fault.Conflict, "The notes of this meeting are not circulated yet.")
	}
	today := date.InLondon(m.Now())
	absent, err := Absent(ctx, tx, one, today)
	if err != nil {
		return 0, err
	}
	only := map[access.PersonID]bool{}
	for _, member := range absent {
		only[member.Person] = true
	}
	on, err := area.NextOpenDay(ctx, tx, a.ID, today)
	if err != nil {
		return 0, err
	}
	titles, err := publicTitles(ctx, tx, one)
	if err != nil {
		return 0, err
	}
	newcomers, err := partnership.Newcomers(ctx, tx, a.ID)
	if err != nil {
		return 0, err
	}
	if len(newcomers) > 0 { // their names are on the page of the people, and in no mail
		titles = append(titles, "Somebody is new with us, and has a say when a second person says that they know them. Look under People.")
	}
	told, err = m.mailMembers(ctx, tx, a, on, only, func(name string) mail.Message {
		return mail.Message{
			Subject: "What you missed: " + a.Name + ", " + one.Day().Long(),
			Words: append([]string{
				"Hello " + name + ".",
				"You were missed on " + one.Day().Full() + ". What was agreed, and who does what, is on one short page. These things were talked about:",
			}, titles...),
			Action: "Read it in two minutes", Link: m.link(a, one) + "/digest",
		}
	})
	if err != nil {
		return told, err
	}
	return told, m.record(ctx, tx, by, a, "absent told", string(mid), map[string]string{"told": strconv.Itoa(told), "on": on.String()}, "")
}

// Quietly says, for the chair alone, that the partnership has not met for a
// while: "" where it has, or where a meeting is arranged, or the area is closed.
func Quietly(ctx context.Context, tx *db.Tx, a area.Area, now time.Time) (string, error) {
	today := date.InLondon(now)
	closed, err := area.ClosedOn(ctx, tx, a.ID, today)
	if err != nil || closed {
		return "", err
	}
	coming, err := Since(ctx, tx, a.ID, now)
	if err != nil {
		return "", err
	}
	for _, next := range coming {
		if next.Kind == Partnership && !next.Off {
			return "", nil
		}
	}
	last, err := LastHeld(ctx, tx, a.ID, now)
	if err != nil || last.IsZero() || last.AddMonths(3).After(today) {
		return "", err
	}
	months := 3
	for !last.AddMonths(months + 1).After(today) {
		months++
	}
	return fmt.Sprintf("It is %d months since you met, and no meeting is arranged. That may be just right.", months), nil
}
