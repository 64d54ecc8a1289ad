package meetingweb

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

// answerForm is how many mean to come, and for who is invited the question
// whether they do.
type answerForm struct {
	Enough  enough
	Warning string // that the partnership will not be what is asked of it on that day
	Counted string
	Action  string
	Mine    string
	Form    string
	Buttons []web.Button
}

type enough struct {
	Kind  web.Kind
	Words string
}

func (s scene) answerForm(ctx context.Context, tx *db.Tx, m meeting.Meeting) (*answerForm, error) {
	if !s.puts || m.Off || !m.Starts.After(s.now) {
		return nil, nil //nolint:nilnil // nobody is asked
	}
	answers, err := meeting.Answers(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	f := &answerForm{}
	coming := map[access.PersonID]bool{}
	mine := meeting.Way("")
	for _, x := range answers {
		coming[x.Person] = x.Way != meeting.Apologies
		if x.Person == s.by.Person {
			mine = x.Way
		}
	}
	n := countComing(coming)
	f.Counted = "Nobody has said yet whether they are coming."
	if len(answers) > 0 {
		f.Counted = map[bool]string{true: "One person is coming.", false: strconv.Itoa(n) + " are coming."}[n == 1]
	}
	if s.reads && m.Kind == meeting.Partnership {
		if err := s.quorum(ctx, tx, m, coming, f); err != nil {
			return nil, err
		}
		then, err := partnership.ByThenOf(ctx, tx, s.area, date.InLondon(s.now), m.Day())
		if err != nil {
			return nil, err
		}
		f.Warning = then.Words()
	}
	if !m.Invites(s.by, s.area.Place()) {
		return f, nil
	}
	f.Action = meetingHref(s.area, m.ID) + "/answer"
	if mine != "" {
		f.Mine = map[meeting.Way]string{
			meeting.InRoom: "You said yes.", meeting.OnScreen: "You said that you will be online.", meeting.ByTelephone: "You said that you will be on the telephone.", meeting.Apologies: "You said that you cannot come.",
		}[mine]
	}
	f.Buttons = []web.Button{
		{Words: "Yes", Hidden: "I am coming", Name: "way", Value: string(meeting.InRoom), Kind: web.Secondary},
		{Words: "By phone", Hidden: "I am coming", Name: "way", Value: string(meeting.ByTelephone), Kind: web.Secondary},
		{Words: "No", Hidden: "I am not coming", Name: "way", Value: string(meeting.Apologies), Kind: web.Secondary},
	}
	if m.Online != "" {
		f.Buttons = append(f.Buttons[:1], append([]web.Button{{Words: "Online", Hidden: "I am coming", Name: "way", Value: string(meeting.OnScreen), Kind: web.Secondary}}, f.Buttons[1:]...)...)
	}
	return f, nil
}

func countComing(coming map[access.PersonID]bool) (n int) {
	for _, yes := range coming {
		if yes {
			n++
		}
	}
	return n
}

// residentsOf goes on from how many are coming: it is the residents whom the rule asks for.
func residentsOf(n, residents int) string {
	switch {
	case n == 1 && residents == 1:
		return ", a resident"
	case residents == 0:
		return ", no residents with a vote"
	case residents == 1:
		return ", one of them a resident"
	}
	return ", " + strconv.Itoa(residents) + " of them residents"
}

// quorum says whether enough residents mean to come to decide: as many as the area’s
// rule asks for, or half of those who may where it names no number, as decisions count.
func (s scene) quorum(ctx context.Context, tx *db.Tx, m meeting.Meeting, coming map[access.PersonID]bool, f *answerForm) error {
	rules, err := partnership.RulesOn(ctx, tx, s.area.ID, m.Day())
	if err != nil {
		return err
	}
	electors, err := partnership.ElectorsOn(ctx, tx, s.area.ID, m.Day())
	residents, may := 0, 0
	for _, e := range electors {
		if e.Resident {
			may++
		}
		if e.Resident && coming[e.Person] {
			residents++
		}
	}
	if may == 0 {
		return err
	}
	if rules.ResidentQuorum == 0 {
		rules.ResidentQuorum = max(1, (may+1)/2)
	}
	switch {
	case residents >= rules.ResidentQuorum:
		f.Enough = enough{web.Good, "Enough people to decide"}
	case len(coming) > 0:
		f.Enough = enough{web.Watch, "Not yet enough residents to decide"}
	}
	if n := countComing(coming); n > 0 {
		f.Counted = strings.TrimSuffix(f.Counted, ".") + residentsOf(n, residents) + "."
	}
	f.Counted += " You need " + counted(rules.ResidentQuorum, "resident") + "."
	return err
}

func (p pages) answer(w http.ResponseWriter, r *http.Request, by access.Actor) error {
	a, m, err := p.theMeeting(r)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := p.meetings.Answer(r.Context(), by, a, m.ID, meeting.Way(form.Text("way")), form.Text("form")); err != nil {
		return err
	}
	return p.site.Done(w, r, "Thank you. We have noted it.", meetingHref(a, m.ID))
}
