// Package planweb is the pages of an area's plan: the one in force for everyone,
// its versions, and for those who may, the writing of one.
package planweb

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/db"
	"commontable/internal/fault"
	"commontable/internal/money"
	"commontable/internal/plan"
	"commontable/internal/web"
)

type pages struct {
	site  *web.Site
	plans *plan.Plans
	alike Alike
}

// Alike finds, for what is to be done, what others do around an area already, each
// with who does it. It is nil where nothing is known of that.
type Alike func(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, whats []string) (map[string][]string, error)

// Routes lists the pages of the plan.
func Routes(site *web.Site, plans *plan.Plans, alike Alike) []web.Route {
	p := pages{site, plans, alike}
	return []web.Route{
		{Pattern: "GET /areas/{area}/plan", Policy: web.Public(), Do: site.Keep(p.plan)},
		{Pattern: "GET /areas/{area}/plan.csv", Policy: web.Public(), Do: p.planCSV},
		{Pattern: "GET /areas/{area}/plan/versions.csv", Policy: web.Public(), Do: p.versionsCSV},
		// A draft is not there for those who may not write a plan here: the handler says so.
		{Pattern: "GET /areas/{area}/plan/versions/{number}", Policy: web.Public(), Do: p.version},
		{Pattern: "GET /areas/{area}/plan/versions/{number}/lines.csv", Policy: web.Public(), Do: p.versionCSV},
		{Pattern: "POST /areas/{area}/plan/versions/{number}/discard", Policy: web.Needs(access.WritePlan), Do: p.discard},
		{Pattern: "POST /areas/{area}/plan/versions/{number}/endorsement", Policy: web.Needs(access.Endorse), Do: p.endorse},
		{Pattern: "GET /areas/{area}/plan/compare", Policy: web.Public(), Do: p.compare},
		{Pattern: "GET /areas/{area}/plan/compare.csv", Policy: web.Public(), Do: p.compareCSV},
		{Pattern: "GET /areas/{area}/plan/years.csv", Policy: web.Public(), Do: p.yearsCSV},
		{Pattern: "GET /areas/{area}/plan/actions.csv", Policy: web.Public(), Do: p.actionsCSV},
		{Pattern: "GET /areas/{area}/plan/evidence.csv", Policy: web.Public(), Do: p.evidenceCSV},
		{Pattern: "POST /areas/{area}/plan/actions/{task}", Policy: web.Needs(access.WritePlan), Do: p.noteAction},

		{Pattern: "GET /areas/{area}/plan/themes", Policy: web.Public(), Do: p.themes},
		{Pattern: "GET /areas/{area}/plan/themes.csv", Policy: web.Public(), Do: p.themesCSV},
		{Pattern: "GET /areas/{area}/plan/themes/{line}", Policy: web.Needs(access.CodeThemes), Do: p.newCoding},
		{Pattern: "POST /areas/{area}/plan/themes/{line}", Policy: web.Needs(access.CodeThemes), Do: p.code},
		{Pattern: "GET /programmes/{programme}/themes", Policy: web.Public(), Do: p.programmeThemes},
		{Pattern: "GET /programmes/{programme}/themes.csv", Policy: web.Public(), Do: p.programmeThemesCSV},

		{Pattern: "GET /areas/{area}/plan/draft", Policy: web.Needs(access.WritePlan), Do: p.draft},
		{Pattern: "POST /areas/{area}/plan/draft", Policy: web.Needs(access.WritePlan), Do: p.beginDraft},
		{Pattern: "POST /areas/{area}/plan/draft/ready", Policy: web.Needs(access.WritePlan), Do: p.finishDraft},
		{Pattern: "POST /areas/{area}/plan/draft/away", Policy: web.Needs(access.WritePlan), Do: p.putDraftAway},
		{Pattern: "GET /areas/{area}/plan/draft/vision", Policy: web.Needs(access.WritePlan), Do: p.draftVision},
		{Pattern: "POST /areas/{area}/plan/draft/vision", Policy: web.Needs(access.WritePlan), Do: p.saveVision},
		{Pattern: "GET /areas/{area}/plan/draft/priorities/{priority}", Policy: web.Needs(access.WritePlan), Do: p.draftPriority},
		{Pattern: "POST /areas/{area}/plan/draft/priorities/{priority}", Policy: web.Needs(access.WritePlan), Do: p.savePriority},
		{Pattern: "GET /areas/{area}/plan/draft/priorities/{priority}/actions", Policy: web.Needs(access.WritePlan), Do: p.draftActions},
		{Pattern: "POST /areas/{area}/plan/draft/priorities/{priority}/actions", Policy: web.Needs(access.WritePlan), Do: p.saveActions},
		{Pattern: "GET /areas/{area}/plan/draft/priorities/{priority}/money", Policy: web.Needs(access.WritePlan), Do: p.draftMoney},
		{Pattern: "POST /areas/{area}/plan/draft/priorities/{priority}/money", Policy: web.Needs(access.WritePlan), Do: p.saveMoney},
		{Pattern: "GET /areas/{area}/plan/draft/priorities/{priority}/evidence", Policy: web.Needs(access.WritePlan), Do: p.draftEvidence},
		{Pattern: "POST /areas/{area}/plan/draft/priorities/{priority}/evidence", Policy: web.Needs(access.WritePlan), Do: p.saveEvidence},

		// What is not fed back or finished yet is there for those who prepare the plan
		// and read its papers: the handlers say so.
		{Pattern: "GET /areas/{area}/plan/consultations", Policy: web.Public(), Do: p.consultations},
		{Pattern: "GET /areas/{area}/plan/consultations.csv", Policy: web.Public(), Do: p.consultationsCSV},
		{Pattern: "GET /areas/{area}/plan/consultations/new", Policy: web.Needs(access.WritePlan), Do: p.newConsultation},
		{Pattern: "POST /areas/{area}/plan/consultations", Policy: web.Needs(access.WritePlan), Do: p.beginConsultation},
		{Pattern: "GET /areas/{area}/plan/consultations/{number}", Policy: web.Public(), Do: p.consultation},
		{Pattern: "GET /areas/{area}/plan/consultations/{number}/answers.csv", Policy: web.Public(), Do: p.consultationCSV},
		{Pattern: "GET /areas/{area}/plan/consultations/{number}/write/{section}", Policy: web.Needs(access.WritePlan), Do: p.writeConsultation},
		{Pattern: "POST /areas/{area}/plan/consultations/{number}/write/{section}", Policy: web.Needs(access.WritePlan), Do: p.saveConsultation},
		{Pattern: "POST /areas/{area}/plan/consultations/{number}/feedback", Policy: web.Needs(access.WritePlan), Do: p.feedBack},
		{Pattern: "GET /areas/{area}/plan/reviews", Policy: web.Public(), Do: p.reviews},
		{Pattern: "GET /areas/{area}/plan/reviews.csv", Policy: web.Public(), Do: p.reviewsCSV},
		{Pattern: "POST /areas/{area}/plan/reviews", Policy: web.Needs(access.WritePlan), Do: p.beginReview},
		{Pattern: "GET /areas/{area}/plan/reviews/{number}", Policy: web.Public(), Do: p.review},
		{Pattern: "GET /areas/{area}/plan/reviews/{number}/priorities.csv", Policy: web.Public(), Do: p.reviewCSV},
		{Pattern: "POST /areas/{area}/plan/reviews/{number}", Policy: web.Needs(access.WritePlan), Do: p.saveReview},

		{Pattern: "GET /areas/{area}/plan/new", Policy: web.Needs(access.WritePlan), Do: p.newVersion},
		{Pattern: "POST /areas/{area}/plan", Policy: web.Needs(access.WritePlan), Do: p.write},
	}
}

// The addresses of the room, and those of the money that it leads to.
func home(a area.Area) string     { return "/areas/" + a.Slug }
func planHref(a area.Area) string { return home(a) + "/plan" }

// decisionHref leads to the decision by which a version was adopted; nowhere where it
// was noted in words alone.
func decisionHref(a area.Area, by plan.Adoption) string {
	if by.DecisionNumber == 0 {
		return ""
	}
	return home(a) + "/decisions/" + ordinal(by.DecisionNumber)
}
func newHref(a area.Area) string { return planHref(a) + "/new" }

func versionHref(a area.Area, number int64) string {
	return planHref(a) + "/versions/" + ordinal(number)
}

func moneyHref(a area.Area) string { return home(a) + "/money" }

func lineHref(a area.Area, l plan.LineID) string { return moneyHref(a) + "/lines/" + string(l) }

func priorityHref(a area.Area, pr plan.PriorityID) string {
	return moneyHref(a) + "/priorities/" + string(pr)
}

// shell is the frame of a page in the plan's room.
func (p pages) shell(r *http.Request, by access.Actor, a area.Area, title string, crumbs ...web.Link) web.Shell {
	s := p.site.ShellIn(r, by, title, web.Link{Text: a.Name, Href: home(a)}, p.site.AreaRooms, "Plan")
	if len(crumbs) > 0 {
		s.Crumbs = append([]web.Link{{Text: a.Name, Href: home(a)}, {Text: "Plan", Href: planHref(a)}}, crumbs...)
	}
	return s
}

// scene is what every page of the room is about.
type scene struct {
	area     area.Area
	words    map[string]area.Word
	rules    area.RuleBook
	current  plan.Version // zero before any was adopted
	mayWrite bool
}

// partnership is what the programme calls those who decide.
func (s scene) partnership() string { return s.words[area.WordPartnership].Singular }

// theme is a theme's name.
func (s scene) theme(code string) string {
	if code == "" {
		return plan.NotCoded
	}
	t, _ := s.rules.Theme(code)
	return t.Name
}

// in reads the scene, and what else a page needs, on one view of the data.
func (p pages) in(r *http.Request, by access.Actor, f func(*db.Tx, scene) error) error {
	return p.plans.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		programme, err := area.ProgrammeByID(r.Context(), tx, a.Programme)
		if err != nil {
			return err
		}
		current, err := plan.Current(r.Context(), tx, a.ID)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return err
		}
		return f(tx, scene{
			area: a, words: programme.Rules.Words, rules: programme.Rules, current: current,
			mayWrite: by.May(access.WritePlan, a.Place()),
		})
	})
}

// theArea is the area that a request names, for a handler that reads nothing else.
func (p pages) theArea(r *http.Request) (a area.Area, err error) {
	err = p.plans.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		a, err = area.BySlug(r.Context(), tx, r.PathValue("area"))
		return err
	})
	return a, err
}

// paragraphs are the parts of a text that stand apart.
func paragraphs(text string) []string {
	var all []string
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// exact is an amount to the penny, without pence where there are none.
func exact(a money.Amount) string { return strings.TrimSuffix(a.String(), ".00") }

func ordinal(n int64) string { return strconv.FormatInt(n, 10) }

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// toPlan leads on from a page that is empty because there is no plan yet.
func (s scene) toPlan() web.Link {
	if s.current.Number != 0 {
		return web.Link{}
	}
	return web.Link{Text: "Go to our plan", Href: planHref(s.area)}
}
