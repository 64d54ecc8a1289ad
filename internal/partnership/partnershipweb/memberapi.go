package partnershipweb

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"commontable/internal/access"
	"commontable/internal/api"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/organisation"
	"commontable/internal/partnership"
	"commontable/internal/web"
)

type memberOperations struct {
	partnerships *partnership.Partnerships
}

// MemberOperations registers what programs can read and do with who is in an
// area’s partnership, and how it decides.
func MemberOperations(a *api.API, partnerships *partnership.Partnerships) {
	o := memberOperations{partnerships}
	const tag = "Partnership"
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/members", ID: "listMembers", Tag: tag, Summary: "List who is in an area’s partnership",
		Description: "Today, or on another day for those who see who does what in the area. Names are of those who said that theirs may be public; those who read the partnership’s papers, and who look after people, are given all of them.",
	}, o.members)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/composition", ID: "getComposition", Tag: tag, Summary: "Read what its members make a partnership",
		Description: "Today, or on another day, gone by or to come, for those who see who does what in the area. Those who take part without a vote are not counted among people and votes.",
	}, o.composition)
	api.Read(a, web.Public(), api.Operation{
		Route: "GET /api/v1/areas/{area}/rules", ID: "getRules", Tag: tag, Summary: "Read how a partnership decides",
		Description: "As it holds today, or on another day. Where nothing was set, version is 0: everybody agrees, or nothing is decided.",
	}, o.rules)
	api.Write(a, web.Hidden(access.SeePapers, access.KeepMembers), api.Operation{
		Route: "POST /api/v1/areas/{area}/members", ID: "addMember", Tag: tag, Summary: "Put somebody on the list of a partnership", Creates: true, Seen: o.seen,
		Description: "Nobody puts themselves on the list. They are given the hat that goes with it.",
		Locate:      func(field string) string { return "body." + cmp.Or(bodyFields[field], field) },
		Example:     NewMember{Name: "Nell Hart", Kind: string(partnership.Resident), From: "2026-10-14"},
	}, o.join)
	api.Write(a, web.Hidden(access.SeePapers, access.KeepMembers), api.Operation{
		Route: "POST /api/v1/areas/{area}/members/{member}/leaving", ID: "recordLeaving", Tag: tag, Summary: "Record that somebody leaves a partnership", Seen: o.seenMember,
		Description: "What they may do by being in it ends with that day, wherever they are signed in.",
		Example:     Leaving{From: "2026-11-30"},
	}, o.leave)
	api.Write(a, web.Hidden(access.SeePapers, ""), api.Operation{
		Route: "POST /api/v1/areas/{area}/members/{member}/confirmation", ID: "confirmMember", Tag: tag, Summary: "Say that you know a newcomer", Seen: o.seenMember,
		Description: "Once the programme has endorsed a partnership, who joins has a say when a second person says that they know them: somebody with a say, or who keeps the list, and neither who put them on it nor they themselves.",
	}, o.confirm)
	o.keeping(a)
	o.lookingBack(a)
}

// bodyFields are the fields that the domain calls otherwise.
var bodyFields = map[string]string{"term": "term_ends", "share": "shares_vote"}

// Member is somebody in a partnership as the reader may see them.
type Member struct {
	ID           string   `json:"id,omitempty" doc:"For those who are given all names."`
	Person       string   `json:"person,omitempty" doc:"For those who are given all names."`
	Name         string   `json:"name,omitempty" doc:"Left out of who did not say that it may be public, for who is not given all names."`
	Kind         string   `json:"kind" doc:"resident, non-resident, councillor, friend, worker or lto." example:"resident"`
	Lives        string   `json:"lives,omitempty" doc:"here or elsewhere. For those who are given all names." example:"here"`
	Waits        bool     `json:"waits,omitempty" doc:"They have no say before a second person says that they know them. For those who are given all names."`
	Decides      bool     `json:"decides" doc:"They have a say on that day: by their kind, by the area’s rule on councillors, and not while they wait for a second person."`
	SharesVote   bool     `json:"shares_vote,omitempty" doc:"They have one vote with the others of their organisation. For those who are given all names."`
	Organisation string   `json:"organisation,omitempty" doc:"Its ID. For those who are given all names."`
	Offices      []string `json:"offices" nullable:"false" example:"[\"chair\"]"`
	Line         string   `json:"line,omitempty" doc:"What they say of themselves, with their name." example:"I run the lunch club"`
	Since        string   `json:"since" doc:"The day; for who is not given all names the year alone." example:"2026-10-14"`
	TermEnds     string   `json:"term_ends,omitempty" format:"date" doc:"The last day for which they said they would do it. For those who are given all names."`
	Until        string   `json:"until,omitempty" format:"date" doc:"The first day on which they are not in it any more in this way. For those who are given all names."`
	area         area.Area
	place        string // in the list
}

// Location is the address of the members of the area.
func (m Member) Location() string { return "/api/v1/areas/" + m.area.Slug + "/members" }

// MembersPath is an area, on a day.
type MembersPath struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
	On   string `query:"on" format:"date" doc:"A day. Left out, today." example:"2026-10-14"`
}

// on is the area, and the day that counts. Other days are there for those who see
// who does what in an area, where own is true.
func (p MembersPath) on(ctx context.Context, tx *db.Tx, by access.Actor, today date.Date, own bool) (area.Area, date.Date, error) {
	a, err := area.BySlug(ctx, tx, p.Area)
	if err != nil || p.On == "" || p.On == today.String() {
		return a, today, err
	}
	if own {
		err = by.MustSee(access.SeePeople, a.Place())
	}
	return a, api.Day(p.On), err
}

func (o memberOperations) today() date.Date { return date.InLondon(o.partnerships.Now()) }

// memberOf is somebody as everybody may read of them, and more where all is true. Whether
// they have a say is by the rules of the day.
func memberOf(a area.Area, m partnership.Member, line string, all bool) Member {
	shown := Member{Name: m.Name, Kind: string(m.Kind), Offices: []string{}, Line: line, Since: strconv.Itoa(m.From.Year()), area: a}
	for _, h := range m.Offices {
		shown.Offices = append(shown.Offices, h.Office.Words())
	}
	if !all {
		return shown
	}
	shown.ID, shown.Person, shown.Organisation, shown.SharesVote = string(m.ID), string(m.Person), string(m.Organisation), m.Share != ""
	shown.Waits = m.Waits
	shown.Since, shown.TermEnds, shown.Until, shown.Lives = m.From.String(), m.TermEnds.String(), m.Until.String(), "elsewhere"
	if m.Resident {
		shown.Lives = "here"
	}
	return shown
}

func (o memberOperations) members(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	MembersPath
	api.Paging
},
) (list api.List[Member], err error) {
	a, day, err := in.on(ctx, tx, by, o.today(), true)
	if err != nil {
		return list, err
	}
	rules, err := partnership.RulesOn(ctx, tx, a.ID, day)
	if err != nil {
		return list, err
	}
	shown := []Member{}
	add := func(m partnership.Member, line string, all bool) {
		one := memberOf(a, m, line, all)
		one.Decides = rules.GiveASay(m)
		shown = append(shown, one)
	}
	if namesAll(by, a) {
		all, err := partnership.MembersOn(ctx, tx, a.ID, day)
		if err != nil {
			return list, err
		}
		said, err := partnership.NamingsOf(ctx, tx, a.ID)
		if err != nil {
			return list, err
		}
		for _, m := range all {
			add(m, said[m.Person].Line, true)
		}
	} else {
		public, err := partnership.PublicMembersOn(ctx, tx, a.ID, day)
		if err != nil {
			return list, err
		}
		for _, m := range public {
			add(m.Member, m.Line, false)
		}
	}
	for i := range shown {
		shown[i].place = fmt.Sprintf("%06d", i)
	}
	return api.PageOver(in.Paging, shown, func(m Member) string { return m.place }, false)
}

// Composition is what its members make a partnership on a day.
type Composition struct {
	Day           string             `json:"day" format:"date"`
	People        int                `json:"people" doc:"Who have a say."`
	Residents     int                `json:"residents"`
	Votes         int                `json:"votes" doc:"Those who share one have one between them."`
	ResidentVotes int                `json:"resident_votes" doc:"Those of residents alone."`
	Helpers       int                `json:"helpers" doc:"Who take part without a vote."`
	LeastPeople   int                `json:"least_people" doc:"How many people the programme’s rules ask for; 0 where they ask for none."`
	ResidentShare string             `json:"resident_share" doc:"How many of the people, and of the votes, have to be residents’." example:"more than half"`
	Enough        bool               `json:"enough_people"`
	ByPeople      bool               `json:"enough_residents"`
	ByVotes       bool               `json:"enough_resident_votes"`
	Turnover      Turnover           `json:"turnover"`
	Ahead         []CompositionAhead `json:"ahead" nullable:"false" doc:"Of today, for those who read the partnership’s papers: the first day to come on which something that is asked is so no more, by what is known."`
}

// Turnover is how many of those who have a say on a day were there before.
type Turnover struct {
	YearAgo    int    `json:"there_a_year_ago" doc:"Of those who have a say, how many had one a year before."`
	WasYear    int    `json:"a_year_ago" doc:"How many had a say a year before."`
	Began      string `json:"began,omitempty" format:"date" doc:"The day on which there were first as many as are asked for; the first of all where there never were."`
	First      int    `json:"who_began" doc:"How many had a say on that day."`
	StillThere int    `json:"still_there" doc:"Of those who have a say, how many had one on that day. None is nothing bad."`
	Ever       int    `json:"ever" doc:"How many people were ever in it in a way that has a say."`
}

// CompositionAhead is that on a day a partnership is not any more what is asked of it.
type CompositionAhead struct {
	Day           string `json:"day" format:"date"`
	Missing       string `json:"missing" enum:"people,residents by people,residents by votes"`
	IfTermsEnd    bool   `json:"if_terms_end" doc:"Only if nobody goes on whose term ends."`
	People        int    `json:"people"`
	Residents     int    `json:"residents"`
	Votes         int    `json:"votes"`
	ResidentVotes int    `json:"resident_votes"`
}

func (o memberOperations) composition(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ MembersPath }) (Composition, error) {
	a, day, err := in.on(ctx, tx, by, o.today(), true)
	if err != nil {
		return Composition{}, err
	}
	c, err := partnership.CompositionOn(ctx, tx, a, day)
	if err != nil {
		return Composition{}, err
	}
	turn, err := partnership.TurnoverOn(ctx, tx, a, day)
	if err != nil {
		return Composition{}, err
	}
	ahead := []CompositionAhead{}
	if namesAll(by, a) && day == o.today() {
		look, err := partnership.OutlookOf(ctx, tx, a, day)
		if err != nil {
			return Composition{}, err
		}
		for i, w := range slices.Concat(look.Ahead, look.IfTerms) {
			ahead = append(ahead, CompositionAhead{w.Day.String(), string(w.Of), i >= len(look.Ahead), w.People, w.Residents, w.Votes, w.ResidentVotes})
		}
	}
	return Composition{
		Day: day.String(), People: c.People, Residents: c.Residents, Votes: c.Votes, ResidentVotes: c.ResidentVotes, Helpers: c.Helpers,
		LeastPeople: c.Least, ResidentShare: shareWords(c.Share), Enough: c.Enough(), ByPeople: c.ByPeople(), ByVotes: c.ByVotes(), Ahead: ahead,
		Turnover: Turnover{turn.YearAgo, turn.WasYear, turn.Began.String(), turn.First, turn.StillHere, turn.Ever},
	}, nil
}

// Rules are how a partnership decides.
type Rules struct {
	Version         int64  `json:"version" doc:"0 where none were set."`
	From            string `json:"from,omitempty" format:"date" doc:"The day from which they hold."`
	MayVote         bool   `json:"may_vote" doc:"A vote may follow where people cannot agree."`
	Majority        string `json:"majority,omitempty" doc:"more than half, two thirds or three quarters of the votes cast." example:"more than half"`
	ResidentQuorum  int    `json:"resident_quorum" doc:"How many residents have to vote for a vote to count."`
	Councillors     string `json:"councillors" doc:"as others, excluded, non-resident, share (one vote between them) or stand aside." example:"share"`
	CouncillorWords string `json:"councillor_words,omitempty" doc:"On councillors, in the area’s own words."`
	Words           string `json:"words,omitempty" doc:"In the area’s own words."`
	AgreedAt        string `json:"agreed_at,omitempty" doc:"Where it was agreed."`
}

func (o memberOperations) rules(ctx context.Context, tx *db.Tx, by access.Actor, in *struct{ MembersPath }) (Rules, error) {
	a, day, err := in.on(ctx, tx, by, o.today(), false)
	if err != nil {
		return Rules{}, err
	}
	r, err := partnership.RulesOn(ctx, tx, a.ID, day)
	return rulesOf(r), err
}

func rulesOf(r partnership.Rules) Rules {
	shown := Rules{
		Version: r.Version, From: r.From.String(), MayVote: r.MayVote, ResidentQuorum: r.ResidentQuorum, Councillors: string(r.Councillors),
		CouncillorWords: r.CouncillorWords, Words: r.Words, AgreedAt: r.DecidedAt,
	}
	if r.MayVote {
		shown.Majority = string(r.Majority)
	}
	return shown
}

// NewMember is somebody who is to be put on the list: one who is known here, or
// somebody new.
type NewMember struct {
	Person       string `json:"person,omitempty" doc:"The ID of somebody who is known in the area. Left out for somebody new."`
	Name         string `json:"name,omitempty" maxLength:"100" doc:"Of somebody new."`
	Email        string `json:"email,omitempty" maxLength:"200" doc:"Of somebody new; left out of who has none."`
	Kind         string `json:"kind" enum:"resident,non-resident,councillor,friend,worker,lto"`
	Resident     bool   `json:"resident,omitempty" doc:"They live in the area: of councillors, friends and workers. Of the others it goes without saying."`
	Organisation string `json:"organisation,omitempty" doc:"The ID of the one that employs or sends them."`
	SharesVote   bool   `json:"shares_vote,omitempty" doc:"They have one vote with the others of their organisation."`
	From         string `json:"from" format:"date"`
	TermEnds     string `json:"term_ends,omitempty" format:"date" doc:"The last day for which they said they would do it."`
	Why          string `json:"why,omitempty" maxLength:"500"`
}

// JoinPath is the area that an address names.
type JoinPath struct {
	Area string `path:"area" doc:"The area’s slug." example:"tanners-reach"`
}

func (o memberOperations) join(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	api.Key
	Body NewMember
},
) (Member, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Member{}, err
	}
	b := in.Body
	m, err := o.partnerships.JoinIn(ctx, tx, by, a, partnership.NewMember{
		Person: access.PersonID(b.Person), Name: b.Name, Email: b.Email, From: api.Day(b.From), TermEnds: api.Day(b.TermEnds), Why: b.Why,
		As: partnership.In{Kind: partnership.Kind(b.Kind), Resident: b.Resident, Organisation: organisation.ID(b.Organisation), ShareVote: b.SharesVote},
	})
	if err != nil {
		return Member{}, err
	}
	return o.kept(ctx, tx, a, m.ID)
}

// kept is a member as they are kept now.
func (o memberOperations) kept(ctx context.Context, tx *db.Tx, a area.Area, m partnership.MemberID) (Member, error) {
	now, err := partnership.MemberOf(ctx, tx, a.ID, m)
	if err != nil {
		return Member{}, err
	}
	rules, err := partnership.RulesOn(ctx, tx, a.ID, o.today())
	if err != nil {
		return Member{}, err
	}
	said, err := partnership.NamingsOf(ctx, tx, a.ID)
	one := memberOf(a, now, said[now.Person].Line, true)
	one.Decides = rules.GiveASay(now)
	return one, err
}

// Leaving is that somebody leaves.
type Leaving struct {
	From string `json:"from" format:"date" doc:"The first day on which they are not in it any more."`
	Why  string `json:"why,omitempty" maxLength:"500"`
}

func (o memberOperations) leave(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	Member string `path:"member" doc:"The ID of the member."`
	api.Key
	Body Leaving
},
) (Member, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Member{}, err
	}
	m, err := partnership.MemberOf(ctx, tx, a.ID, partnership.MemberID(in.Member))
	if err != nil {
		return Member{}, err
	}
	if _, err := o.partnerships.LeaveIn(ctx, tx, by, a, m.Person, partnership.Leaving{From: api.Day(in.Body.From), Why: in.Body.Why}); err != nil {
		return Member{}, err
	}
	return o.kept(ctx, tx, a, m.ID)
}

func (o memberOperations) confirm(ctx context.Context, tx *db.Tx, by access.Actor, in *struct {
	JoinPath
	Member string `path:"member" doc:"The ID of the member."`
	api.Key
},
) (Member, error) {
	a, err := area.BySlug(ctx, tx, in.Area)
	if err != nil {
		return Member{}, err
	}
	m, err := o.partnerships.ConfirmMemberIn(ctx, tx, by, a, partnership.MemberID(in.Member))
	if err != nil {
		return Member{}, err
	}
	return o.kept(ctx, tx, a, m.ID)
}

// seen says whether the people of an area are there for who asks.
func (o memberOperations) seen(r *http.Request, by access.Actor) error {
	return pages{partnerships: o.partnerships}.seesRoom(r, by)
}

// seenMember says whether a member of an area is there for who asks.
func (o memberOperations) seenMember(r *http.Request, by access.Actor) error {
	if err := o.seen(r, by); err != nil {
		return err
	}
	return o.partnerships.DB.Read(r.Context(), func(tx *db.Tx) error {
		a, err := area.BySlug(r.Context(), tx, r.PathValue("area"))
		if err != nil {
			return err
		}
		_, err = partnership.MemberOf(r.Context(), tx, a.ID, partnership.MemberID(r.PathValue("member")))
		return err
	})
}
