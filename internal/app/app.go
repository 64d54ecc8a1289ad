// Package app puts the parts of the program together. It is the only package,
// but for main, that knows them all.
package app

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/alexedwards/scs/v2"

	"commontable/internal/access"
	"commontable/internal/agency"
	"commontable/internal/agency/agencyweb"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/area/areaweb"
	"commontable/internal/audit"
	"commontable/internal/audit/auditweb"
	"commontable/internal/db"
	"commontable/internal/decision"
	"commontable/internal/decision/decisionweb"
	"commontable/internal/fault"
	"commontable/internal/funding"
	"commontable/internal/funding/fundingweb"
	"commontable/internal/id"
	"commontable/internal/mail"
	"commontable/internal/mail/mailweb"
	"commontable/internal/meeting"
	"commontable/internal/meeting/meetingweb"
	"commontable/internal/metrics"
	"commontable/internal/open/openweb"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/partnership/partnershipweb"
	"commontable/internal/person"
	"commontable/internal/person/personweb"
	"commontable/internal/plan"
	"commontable/internal/plan/planweb"
	"commontable/internal/project"
	"commontable/internal/project/projectweb"
	"commontable/internal/relationship"
	"commontable/internal/relationship/relationshipweb"
	"commontable/internal/reminder"
	"commontable/internal/reminder/reminderweb"
	"commontable/internal/share"
	"commontable/internal/share/shareweb"
	"commontable/internal/web"
	"commontable/internal/workshop"
	"commontable/internal/workshop/workshopweb"
)

// An App is the whole program, but for its address.
type App struct {
	DB   *db.DB
	Log  *slog.Logger
	Now  func() time.Time
	IDs  *id.Maker
	Site *web.Site

	Checkpoints *audit.Checkpoints

	areas    *area.Areas
	people   *person.People
	sessions *person.Sessions
	plans    *plan.Plans
	funding  *funding.Funding

	partnerships *partnership.Partnerships
	reminders    *reminder.Reminders
	meetings     *meeting.Meetings
	decisions    *decision.Decisions
	projects     *project.Projects
	shares       *share.Shares
	workshops    *workshop.Workshops

	agencies      *agency.Agencies
	relationships *relationship.Relationships

	postman  *mail.Postman
	api      *api.API
	baseURL  string
	oidc     *personweb.OIDC
	requests metrics.Requests

	metricsElsewhere bool
}

// Options are what an App is made with.
type Options struct {
	Log     *slog.Logger
	Now     func() time.Time // the clock of a real installation
	BaseURL string           // how people reach the site
	Secure  bool             // by https alone
	Contact string           // where to report a weakness
	Help    string           // whom people ask for help
	Mail    *mail.Server     // nil: mail waits
	Proxies []netip.Prefix   // whose word for where a request comes from is taken
	OIDC    *personweb.OIDC  // with whom staff may sign in; nil: with nobody

	CheckpointKey ed25519.PrivateKey // nil where no checkpoints are made

	MetricsElsewhere bool // /metrics has an address of its own (MetricsAlone), and is not on the site
}

// The rooms that are not in everybody's menu.
var (
	allPeople   = web.Link{Text: "All people", Href: "/people"}
	paymentDesk = web.Link{Text: "Payments", Href: "/payments"}
	areaPeople  = web.Link{Text: "People", Href: "/people"}

	relationships = web.Link{Text: "Relationships", Href: "/relationships"}
	theirCounts   = web.Link{Text: "Who areas work with", Href: "/relationships"}
	sharedRoom    = web.Link{Text: "Shared with you", Href: "/relationships"}
)

// New puts the program together on a database that is open and migrated. In a
// demonstration the clock goes on from its last day.
func New(ctx context.Context, d *db.DB, o Options) (*App, error) {
	i, latest, err := installation(ctx, d)
	if err != nil {
		return nil, err
	}
	now := clockOf(i, latest, o.Now)
	ids := id.Real(now)
	a := &App{
		DB: d, Log: o.Log, Now: now, IDs: ids, baseURL: o.BaseURL, oidc: o.OIDC, metricsElsewhere: o.MetricsElsewhere,
		areas:    &area.Areas{DB: d, IDs: ids, Now: now, Ends: decision.EndsWithin},
		people:   &person.People{DB: d, IDs: ids, Now: now, BaseURL: o.BaseURL},
		sessions: &person.Sessions{DB: d, Now: o.Now},
		plans:    &plan.Plans{DB: d, IDs: ids, Now: now},
		funding:  &funding.Funding{DB: d, IDs: ids, Now: now},

		partnerships: &partnership.Partnerships{DB: d, IDs: ids, Now: now},
		meetings:     &meeting.Meetings{DB: d, IDs: ids, Now: now, BaseURL: o.BaseURL, Touched: decision.TouchedBy},
		decisions:    &decision.Decisions{DB: d, IDs: ids, Now: now, BaseURL: o.BaseURL},
		projects:     &project.Projects{DB: d, IDs: ids, Now: now},
		shares:       &share.Shares{DB: d, IDs: ids, Now: now, Sharer: person.ActorIn},

		postman: &mail.Postman{DB: d, Now: now, Server: o.Mail, Keep: i.Kind == area.Demonstration},

		Checkpoints: &audit.Checkpoints{DB: d, IDs: ids, Now: now, Key: o.CheckpointKey},
	}
	a.plans.Coded = a.funding.FollowLine
	a.reminders = &reminder.Reminders{DB: d, IDs: ids, Now: now, BaseURL: o.BaseURL}
	a.agencies = &agency.Agencies{DB: d, IDs: ids, Now: now, Organisations: &organisation.Organisations{DB: d, IDs: ids, Now: now}, Holders: funding.HoldersIn}
	a.relationships = &relationship.Relationships{DB: d, IDs: ids, Now: now, Agencies: a.agencies, BaseURL: o.BaseURL}
	a.relationships.Shares = a.shares
	a.agencies.Forgotten = a.relationships.ForgetContactIn
	a.workshops = &workshop.Workshops{DB: d, IDs: ids, Now: now, Relationships: a.relationships}
	a.partnerships.People, a.partnerships.Holders = a.people, funding.HoldersFor
	a.decisions.Payees = funding.PayeesIn
	a.partnerships.Matters = map[string]partnership.Matters{
		"agenda item":         meeting.Matters{Now: now},
		"decision":            a.decisions.Matters(),
		funding.MatterPayment: funding.PaymentMatters{},
		funding.MatterSpend:   funding.SpendMatters{},
		partnership.PayeeKind: funding.PayeeMatters{},
	}
	a.Site = &web.Site{
		Log: o.Log, Now: now, IDs: ids, Sessions: a.sessionManager(o.Secure), Secure: o.Secure, Contact: o.Contact, Help: o.Help,
		Demonstration: i.Kind == area.Demonstration, MailWaits: o.Mail == nil && i.Kind != area.Demonstration, Proxies: o.Proxies,
		Rooms:     []web.Link{{Text: "The programme", Href: "/"}, {Text: "Areas", Href: "/areas"}, {Text: "Open data", Href: "/data"}, {Text: "Words we use", Href: "/words"}, allPeople},
		AreaRooms: []web.Link{{Text: "Home"}, {Text: "Plan", Href: "/plan"}, {Text: "Money", Href: "/money"}, {Text: "Decisions", Href: "/decisions"}, relationships, {Text: "Meetings", Href: "/meetings"}, areaPeople},
		RoomNeeds: map[web.Link]access.Permission{paymentDesk: access.SeePayments, allPeople: access.SeeHats, relationships: access.SeeRelationships, theirCounts: access.CountRelationships, sharedRoom: access.SeeShared},

		OrganisationRooms: []web.Link{sharedRoom},
		ProgrammeRooms:    []web.Link{{Text: "Programme"}, paymentDesk, {Text: "Places", Href: "/places"}, {Text: "Rules", Href: "/rules"}, theirCounts, allPeople},
	}
	a.Site.AreaNow = a.areaNow
	a.Site.Version = a.version(build(o))
	a.Site.Saw = a.requests.Saw
	a.api = a.newAPI()
	return a, nil
}

// areaNow tells what the frame of an area's pages says to somebody: that it is closed
// for a while, and to the people of an organisation whether it holds the area's money.
func (a *App) areaNow(ctx context.Context, slug string, by access.Actor) (now web.AreaNow, err error) {
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		today := a.Site.Today()
		in, c, closed, err := area.ClosureAt(ctx, tx, slug, today)
		if err != nil {
			return err
		}
		if closed {
			now.Closed = web.Link{Text: c.Words(today) + ".", Href: "/areas/" + slug + "/closures"}
		}
		if by.Hat.Scope != access.InOrganisation {
			return nil
		}
		err = a.agencies.MustSee(ctx, tx, by, in)
		now.Holds = err == nil
		if errors.Is(err, fault.NotFound) {
			return nil
		}
		return err
	})
	return now, err
}

// newAPI gathers what programs can ask for.
func (a *App) newAPI() *api.API {
	all := api.New(a.Site, a.DB)
	openweb.Operations(all)
	areaweb.Operations(all, a.areas)
	personweb.Operations(all, a.people)
	partnershipweb.AgreementOperations(all, a.partnerships)
	partnershipweb.InterestOperations(all, a.partnerships)
	partnershipweb.MemberOperations(all, a.partnerships)
	partnershipweb.AskedOperations(all, a.partnerships)
	planweb.Operations(all, a.plans)
	meetingweb.Operations(all, a.meetings, a.decisionsForMeetings())
	decisionweb.Operations(all, a.decisions, a.partnerships)
	projectweb.Operations(all, a.projects, a.alike())
	shareweb.Operations(all, a.shares, a.shareKinds())
	agencyweb.Operations(all, a.agencies)
	relationshipweb.Operations(all, a.Site, a.relationships, a.agencies, a.extras())
	workshopweb.Operations(all, a.workshops)
	reminderweb.Operations(all, a.reminders)
	fundingweb.Operations(all, a.funding)
	return all
}

// installation says what kind of database this is, and of a demonstration when the
// last thing happened in it. One that nothing was founded in is empty.
func installation(ctx context.Context, d *db.DB) (i area.Installation, latest time.Time, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		if i, err = area.InstallationOf(ctx, tx); errors.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil || i.Kind != area.Demonstration {
			return err
		}
		latest, err = audit.Latest(ctx, tx)
		return err
	})
	if err != nil {
		return i, latest, fmt.Errorf("read installation: %w", err)
	}
	return i, latest, nil
}

// Clock is the clock of a database: in a demonstration it goes on from its last
// day.
func Clock(ctx context.Context, d *db.DB, real func() time.Time) (func() time.Time, error) {
	i, latest, err := installation(ctx, d)
	return clockOf(i, latest, real), err
}

func clockOf(i area.Installation, latest time.Time, real func() time.Time) func() time.Time {
	if i.Kind == area.Demonstration && !i.LastDay.IsZero() {
		return goesOnFrom(i, latest, real)
	}
	return real
}

// goesOnFrom is a clock that begins where the demonstration has come to.
func goesOnFrom(i area.Installation, latest time.Time, real func() time.Time) func() time.Time {
	began, from := real(), i.LastDay.At(9, 0)
	if latest.After(from) {
		from = latest
	}
	return func() time.Time { return from.Add(real().Sub(began)) }
}

func (a *App) sessionManager(secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = a.sessions
	m.Codec = sessionCodec{}
	m.HashTokenInStore = true
	m.Lifetime = 12 * time.Hour
	m.Cookie.Name = "session"
	if secure {
		m.Cookie.Name = "__Host-session"
	}
	m.Cookie.Secure = secure
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	return m
}

// waiting lists where “Waiting for you” looks, in the order in which it is read: a
// slice adds its own here with one line.
func (a *App) waiting() openweb.Waiting {
	return openweb.Waiting{
		InArea: []openweb.InArea{
			decisionweb.Waiting(a.decisions), partnershipweb.Waiting(a.partnerships), partnershipweb.InterestsWaiting(a.partnerships), partnershipweb.NewcomersWaiting(a.partnerships), partnershipweb.TooFewWaiting, partnershipweb.ElectionsWaiting, planweb.Waiting, meetingweb.Waiting, relationshipweb.Waiting,
			workshopweb.Waiting,
		},
		InProgramme: []openweb.InProgramme{partnershipweb.WaitingIn(a.partnerships)},
	}
}

// Routes lists everything that can be asked of the program.
func (a *App) Routes() []web.Route {
	return slices.Concat(
		[]web.Route{a.metricsRoute()},
		openweb.Routes(a.Site, a.DB, a.baseURL, a.waiting()),
		areaweb.Routes(a.Site, a.areas),
		personweb.Routes(a.Site, a.people, personweb.Ways{BaseURL: a.baseURL, OIDC: a.oidc}),
		mailweb.Routes(a.Site, a.DB),
		auditweb.Routes(a.Site, a.DB),
		partnershipweb.Routes(a.Site, a.partnerships),
		reminderweb.Routes(a.Site, a.reminders),
		planweb.Routes(a.Site, a.plans, a.planned),
		meetingweb.Routes(a.Site, a.meetings, a.decisionsForMeetings()),
		decisionweb.Routes(a.Site, a.decisions),
		projectweb.Routes(a.Site, a.projects, a.shares, a.baseURL, a.alike()),
		agencyweb.Routes(a.Site, a.agencies),
		relationshipweb.Routes(a.Site, a.relationships, a.agencies, a.shares, a.baseURL, a.extras()),
		workshopweb.Routes(a.Site, a.workshops, a.shares, a.baseURL),
		shareweb.Routes(a.Site, a.shares, a.shareKinds()),
		fundingweb.Routes(a.Site, a.funding),
		a.api.Routes(),
	)
}

// decisionsForMeetings is what the pages of meetings are told of decisions.
func (a *App) decisionsForMeetings() meetingweb.Decisions {
	return meetingweb.Decisions{
		There: func(ctx context.Context, tx *db.Tx, in area.ID, number int64) (bool, error) {
			_, err := decision.ByNumber(ctx, tx, in, number)
			if errors.Is(err, fault.NotFound) {
				return false, nil
			}
			return err == nil, err
		},
		Closings: func(ctx context.Context, tx *db.Tx, in area.Area) (all []meetingweb.Closing, err error) {
			open, err := decision.UnderWay(ctx, tx, in.ID)
			for _, s := range open {
				if !s.ClosesAt.IsZero() {
					all = append(all, meetingweb.Closing{Number: s.Number, Title: s.Title, Opened: s.OpenedAt, At: s.ClosesAt})
				}
			}
			return all, err
		},
		Raised: func(ctx context.Context, tx *db.Tx, by access.Actor, in area.Area, m meeting.ID) (all []meetingweb.Raised, err error) {
			raised, err := a.decisions.RaisedIn(ctx, tx, by, in, string(m))
			for _, s := range raised {
				all = append(all, meetingweb.Raised{Item: meeting.ItemID(s.AgendaItem), Number: s.Number, Title: s.Title, State: string(s.State(a.decisions.Now()))})
			}
			return all, err
		},
	}
}

// extras are what other rooms add to the page of a relationship.
func (a *App) extras() relationshipweb.Extras {
	return relationshipweb.Extras{
		Agreements: func(ctx context.Context, tx *db.Tx, in area.Area, of relationship.Relationship) ([]relationshipweb.Agreed, error) {
			agreed, err := workshopweb.Agreements(ctx, tx, in, of.ID, a.Site.Today())
			var all []relationshipweb.Agreed
			for _, one := range agreed {
				all = append(all, relationshipweb.Agreed(one))
			}
			return all, err
		},
		Cards: func(ctx context.Context, tx *db.Tx, by access.Actor, in area.Area, of relationship.Relationship) ([]templ.Component, error) {
			return workshopweb.Cards(ctx, tx, by, in, of.ID)
		},
		Approved: func(ctx context.Context, tx *db.Tx, in area.Area, of relationship.Relationship) ([]string, error) {
			return workshopweb.Approved(ctx, tx, in, of.ID)
		},
		Links: workshopweb.LinksOf,
		Asked: func(ctx context.Context, tx *db.Tx, o organisation.Organisation) ([]relationshipweb.AskedTo, error) {
			asked, err := workshopweb.AskedOfOfficers(ctx, tx, o)
			var all []relationshipweb.AskedTo
			for _, one := range asked {
				all = append(all, relationshipweb.AskedTo(one))
			}
			return all, err
		},
	}
}

// shareKinds are what a link for somebody outside can be to.
func (a *App) shareKinds() map[share.Kind]shareweb.Kind {
	return map[share.Kind]shareweb.Kind{
		relationshipweb.ShareKind: {Show: relationshipweb.ShowShared(a.Site, a.relationships, a.extras()), About: relationshipweb.AboutShared(), Parts: relationshipweb.ShareParts(), See: access.SeeRelationships},
		projectweb.ShareKind:      {Show: projectweb.ShowShared(a.Site, a.projects), About: projectweb.AboutShared(a.projects), Parts: projectweb.ShareParts()},
		workshop.LinkKind:         {Show: workshopweb.ShowShared(), About: workshopweb.AboutShared(), Parts: workshopweb.ShareParts(), See: access.SeeRelationships, There: workshopweb.SharedThere()},
	}
}

// RouteTable lists every route by its pattern, without a database: who may use
// what is not a matter of data.
func RouteTable() []web.Route {
	a := &App{
		Site: &web.Site{}, areas: &area.Areas{}, people: &person.People{}, plans: &plan.Plans{}, funding: &funding.Funding{},
		partnerships: &partnership.Partnerships{}, meetings: &meeting.Meetings{}, decisions: &decision.Decisions{}, projects: &project.Projects{}, shares: &share.Shares{},
		agencies: &agency.Agencies{}, relationships: &relationship.Relationships{}, workshops: &workshop.Workshops{Relationships: &relationship.Relationships{}},
	}
	a.api = a.newAPI()
	routes := a.Routes()
	slices.SortFunc(routes, func(a, b web.Route) int { return cmp.Compare(byPath(a.Pattern), byPath(b.Pattern)) })
	return routes
}

// byPath sorts patterns by path and then by method.
func byPath(pattern string) string {
	method, path, _ := strings.Cut(pattern, " ")
	return path + " " + method
}

// Handler serves the routes.
func (a *App) Handler() http.Handler {
	people, programs := personweb.Identify(a.Site, a.DB), a.api.Identify(a.byToken)
	return a.handlerFor(func(r *http.Request) (access.Actor, error) {
		if web.ForPrograms(r.URL.Path) {
			return programs(r)
		}
		return people(r)
	})
}

// byToken finds who acts by a token. A program is never sure to be the person,
// but in a demonstration, whose people anybody may be.
func (a *App) byToken(ctx context.Context, secret string) (access.Actor, string, error) {
	by, token, err := a.people.ActorByToken(ctx, secret)
	by.Sure = by.SignedIn() && a.Site.Demonstration
	return by, string(token), err
}

func (a *App) handlerFor(who web.Identify) http.Handler {
	return a.Site.Router(who, a.Routes()...)
}
