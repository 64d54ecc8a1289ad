// Package access says who may do what, where.
//
// A person wears hats: a role, in a place, from a day to a day. One hat is on
// at a time; it alone gives power, and every act records it. Which permissions
// a role has is one table (grants), to be read by anyone. Whether two acts may
// be the same person's is not asked of hats: it is asked of the person.
package access

import (
	"slices"
	"time"

	"commontable/internal/date"
	"commontable/internal/fault"
)

// A PersonID names a human being, whatever hats they wear.
type PersonID string

// A HatID names a hat.
type HatID string

// A Permission is the right to do one kind of thing. Its words complete "you
// may not …".
type Permission string

// What may be done. Reading what is public needs no permission.
const (
	SeePayments    Permission = "see the programme’s payment work"
	SeeMoneyDesk   Permission = "see an organisation’s money desk"
	SeePayees      Permission = "see individual payees"
	ManageAreas    Permission = "add areas"
	Allocate       Permission = "allocate money to an area"
	WritePlan      Permission = "write a plan"
	AdoptPlan      Permission = "record that a plan is adopted"
	ChooseLTO      Permission = "record who holds an area’s money"
	MakeOffer      Permission = "make an offer letter"
	AcceptOffer    Permission = "accept an offer letter"
	PreparePayment Permission = "prepare a payment"
	ApprovePayment Permission = "approve a payment"
	ReleasePayment Permission = "release a payment"
	ReversePayment Permission = "reverse a payment or record money handed back"
	ProvideSpend   Permission = "record spending"
	CertifySpend   Permission = "certify spending"
	SeePeople      Permission = "see who does what in an area"
	HelpSignIn     Permission = "give somebody a printed code to sign in with"
	SeeHats        Permission = "see everybody’s hats"
	ManagePeople   Permission = "add people, and give and end their hats"
	ConfirmHats    Permission = "confirm a hat that somebody else proposed"
	RecodeSpend    Permission = "tell spending under another theme"
	CodeThemes     Permission = "put a budget line under a theme"
	RestorePasskey Permission = "help somebody who lost their passkey"
	Operate        Permission = "run this installation"
	SeeHistory     Permission = "see what happened here"

	KeepMembers     Permission = "keep the list of who is in the partnership"
	SetHowWeDecide  Permission = "record how the partnership decides"
	Endorse         Permission = "endorse a partnership or its plan"
	SignAgreement   Permission = "sign an agreement"
	CloseForAWhile  Permission = "say when an area is closed"
	SeeInterests    Permission = "see what people have an interest in"
	HandleInterest  Permission = "record what is done about an interest"
	SeePapers       Permission = "read the partnership’s papers before they are public"
	PutForward      Permission = "put something forward: for an agenda, or to be decided"
	RunMeetings     Permission = "arrange meetings and write their notes"
	AgreeNotes      Permission = "record that notes are agreed"
	NoteBehaviour   Permission = "read and write what is kept about how people behaved"
	TakePart        Permission = "say whether you agree, and vote"
	EnterForSomeone Permission = "enter what somebody said on paper or by telephone"
	RunDecisions    Permission = "take a proposal through to a decision"
	RunProjects     Permission = "keep the projects"
	ShareOutside    Permission = "share a page with somebody outside"

	SeeRelationships   Permission = "see whom an area works with"
	KeepRelationships  Permission = "keep what an area knows of those it works with"
	CountRelationships Permission = "see counts of whom partnerships work with"
	SeeShared          Permission = "see what partnerships share with an agency"
)

// A Role is a set of permissions under a name that people know.
type Role string

// The roles (design.md §6). Nobody is the role of who is not signed in.
const (
	Nobody           Role = ""
	Resident         Role = "resident"
	Member           Role = "member"
	Chair            Role = "chair"
	Friend           Role = "friend"
	Worker           Role = "worker"
	LTOFinance       Role = "lto-finance"
	LTOApprover      Role = "lto-approver"
	Rep              Role = "rep"
	ProgrammeOfficer Role = "programme-officer"
	ProgrammeFinance Role = "programme-finance"
	Auditor          Role = "auditor"
	Researcher       Role = "researcher"
	SupportPartner   Role = "support-partner"
	AgencyOfficer    Role = "agency-officer"
	Operator         Role = "operator"
)

// grants is the whole policy. Read it as a table.
var grants = map[Role][]Permission{
	Nobody:           {},
	Resident:         {SeePeople, PutForward},
	Member:           {SeePeople, WritePlan, SeeHistory, PutForward, SeeInterests, SeePapers, RunMeetings, TakePart, EnterForSomeone, RunProjects, ShareOutside, SeeRelationships, KeepRelationships},
	Chair:            {SeePeople, HelpSignIn, WritePlan, AdoptPlan, ChooseLTO, SeeHistory, KeepMembers, SetHowWeDecide, SignAgreement, CloseForAWhile, SeeInterests, HandleInterest, PutForward, SeePapers, RunMeetings, AgreeNotes, NoteBehaviour, TakePart, EnterForSomeone, RunDecisions, RunProjects, ShareOutside, SeeRelationships, KeepRelationships},
	Friend:           {SeePeople, PutForward, SeePapers},
	Worker:           {SeePeople, HelpSignIn, WritePlan, CodeThemes, SeeHistory, KeepMembers, CloseForAWhile, SeeInterests, HandleInterest, PutForward, SeePapers, RunMeetings, NoteBehaviour, EnterForSomeone, RunProjects, ShareOutside, SeeRelationships, KeepRelationships},
	LTOFinance:       {SeeMoneyDesk, SeePayees, ProvideSpend, RecodeSpend, SeeHistory, SeeRelationships},
	LTOApprover:      {SeeMoneyDesk, SeePayees, AcceptOffer, CertifySpend, RecodeSpend, SeeHistory, SignAgreement, SeeRelationships},
	Rep:              {SeePeople, CodeThemes, SeeHistory, SeeInterests, PutForward, SeePapers, SeeRelationships},
	ProgrammeOfficer: {SeePeople, HelpSignIn, SeeHats, ManagePeople, KeepMembers, ConfirmHats, SeePayments, ManageAreas, Allocate, WritePlan, ChooseLTO, MakeOffer, PreparePayment, RecodeSpend, CodeThemes, RestorePasskey, SeeHistory, Endorse, SignAgreement, SeeInterests, HandleInterest, SeePapers, SeeRelationships, CountRelationships},
	ProgrammeFinance: {SeeHats, ConfirmHats, SeePayments, SeeMoneyDesk, SeePayees, MakeOffer, PreparePayment, ApprovePayment, ReleasePayment, ReversePayment, RecodeSpend, SeeHistory, SeeInterests, CountRelationships},
	Auditor:          {SeePeople, SeeHats, SeePayments, SeeMoneyDesk, SeePayees, SeeHistory, SeeInterests, SeePapers, CountRelationships},
	Researcher:       {CountRelationships},
	SupportPartner:   {},
	AgencyOfficer:    {SeeShared},
	Operator:         {SeePeople, SeeHats, ManagePeople, ConfirmHats, ManageAreas, RestorePasskey, Operate, SeeHistory},
}

var titles = map[Role]string{
	Nobody: "not signed in", Resident: "resident", Member: "partnership member", Chair: "chair", Friend: "friend of the partnership",
	Worker: "worker", LTOFinance: "finance", LTOApprover: "approver", Rep: "adviser",
	ProgrammeOfficer: "programme officer", ProgrammeFinance: "programme finance", Auditor: "auditor", Researcher: "researcher",
	SupportPartner: "support partner", AgencyOfficer: "officer of an agency", Operator: "operator",
}

// Title is what people call the role.
func (r Role) Title() string { return titles[r] }

// Roles lists every role, in the order in which people think of them.
func Roles() []Role {
	return []Role{
		Nobody, Resident, Member, Chair, Friend, Worker, LTOFinance, LTOApprover, Rep,
		ProgrammeOfficer, ProgrammeFinance, Auditor, Researcher, SupportPartner, AgencyOfficer, Operator,
	}
}

// Grants lists what a role may do, for the table that everyone can read.
func Grants(r Role) []Permission { return slices.Clone(grants[r]) }

// NeedsTwo reports whether it takes two people to give a hat of this role: those
// that move money, and those that give hats. With one person for the latter, that
// person could make up the second.
func (r Role) NeedsTwo() bool {
	return slices.ContainsFunc([]Permission{ApprovePayment, ReleasePayment, CertifySpend, ProvideSpend, ManagePeople, ConfirmHats}, func(p Permission) bool {
		return slices.Contains(grants[r], p)
	})
}

// Scopes lists where a hat of this role is worn, for those who give hats.
func (r Role) Scopes() []Scope {
	switch r {
	case Nobody:
		return nil
	case Resident, Member, Chair, Friend, Worker:
		return []Scope{InArea}
	case Rep, SupportPartner:
		return []Scope{InArea, InProgramme}
	case AgencyOfficer, LTOFinance, LTOApprover:
		return []Scope{InOrganisation}
	case ProgrammeOfficer, ProgrammeFinance, Auditor, Researcher:
		return []Scope{InProgramme}
	case Operator:
		return []Scope{InInstallation}
	}
	return nil
}

// lets says who prints a code for whom (decision 0006). Who prints one could use
// it, so nobody is in it whose hat takes two people to give.
var lets = map[Role][]Role{
	Worker:           {Resident, Member, Friend, Worker},
	Chair:            {Resident, Member, Friend, Worker, Chair},
	ProgrammeOfficer: {Resident, Member, Friend, Worker, Chair},
}

// LetsIn reports whether a role may give a printed code to who wears another, where
// both are worn in the same place.
func (r Role) LetsIn(other Role) bool { return slices.Contains(lets[r], other) }

// movesMoney are the permissions that are used only by a person of whom it is
// sure who they are (MustBeSure).
var movesMoney = []Permission{ApprovePayment, ReleasePayment, ReversePayment, CertifySpend}

// MovesMoney reports whether a role approves, releases, reverses or certifies
// money: whoever wears such a hat needs a passkey.
func (r Role) MovesMoney() bool {
	return slices.ContainsFunc(grants[r], func(p Permission) bool { return slices.Contains(movesMoney, p) })
}

// A Scope is how wide a hat reaches.
type Scope string

// The scopes, widest first.
const (
	InInstallation Scope = "installation"
	InProgramme    Scope = "programme"
	InArea         Scope = "area"
	InOrganisation Scope = "organisation"
)

// A Hat is a role in a place.
type Hat struct {
	ID    HatID
	Role  Role
	Scope Scope
	Place string // the ID of the programme, area or organisation; "" for the installation
	From  date.Date
	Until date.Date // the first day on which it is no longer worn; zero while none is known
}

// WornOn reports whether the hat is worn on a day.
func (h Hat) WornOn(day date.Date) bool {
	return !day.Before(h.From) && (h.Until.IsZero() || day.Before(h.Until))
}

// A Place is where something is done: any of its parts may be "" where they
// play no part. An area lies in a programme, so both are given together.
type Place struct{ Programme, Area, Organisation string }

// covers reports whether a hat's reach includes a place.
func (h Hat) covers(p Place) bool {
	switch h.Scope {
	case InInstallation:
		return true
	case InProgramme:
		return h.Place != "" && h.Place == p.Programme
	case InArea:
		return h.Place != "" && h.Place == p.Area
	case InOrganisation:
		return h.Place != "" && h.Place == p.Organisation
	}
	return false
}

// Reaches reports whether something that is done in a place is within a hat's reach.
func (h Hat) Reaches(p Place) bool { return h.covers(p) }

// An Actor is the person on whose behalf something is done, in the hat that
// they have on. The zero Actor is nobody in particular.
type Actor struct {
	Person PersonID
	Name   string
	Hat    Hat
	Title  string // the hat in words: "chair, Tanners Reach"
	At     string // the slug of the hat's place, for menus alone
	// System is the program itself, acting for the operator at the command
	// line: an import, a demonstration. It may do everything, and is recorded.
	System bool
	// Sure is that the person has just shown, with a passkey, that it is they:
	// more than that somebody reads their mail. A program that acts by a token
	// is never sure. One-click people of a demonstration always are.
	Sure bool
}

// SureFor is how long a passkey is believed after it was used: as long as one
// sitting at the payment desk, and not so long that it is left open over lunch.
const SureFor = 30 * time.Minute

// System is the actor of the command line.
func System(name string) Actor { return Actor{Person: "system", Name: name, System: true, Sure: true} }

// SignedIn reports whether the actor is somebody.
func (a Actor) SignedIn() bool { return a.Person != "" }

// Holds reports whether the hat that is on gives a permission anywhere. A route
// asks it; what is done is asked for in its place.
func (a Actor) Holds(p Permission) bool { return a.System || slices.Contains(grants[a.Hat.Role], p) }

// May reports whether the actor may do something in a place.
func (a Actor) May(p Permission, in Place) bool {
	return a.System || (a.Holds(p) && a.Hat.covers(in))
}

// Must is May as an error: forbidden, in words.
func (a Actor) Must(p Permission, in Place) error {
	if a.May(p, in) {
		return nil
	}
	if !a.SignedIn() {
		return fault.New(fault.Forbidden, "Sign in first: without that you may not "+string(p)+".")
	}
	return fault.New(fault.Forbidden, "As "+a.Hat.Role.Title()+" you may not "+string(p)+" here.")
}

// MustBeSure is asked, after Must, of who approves, releases or reverses money
// or certifies that it was spent.
func (a Actor) MustBeSure() error {
	if a.Sure {
		return nil
	}
	return fault.New(fault.Unsure, "This needs your passkey. We ask for it so that nobody else can do this in your name. A program with a token cannot do it at all.")
}

// MustSee is for what is not there for those who may not see it.
func (a Actor) MustSee(p Permission, in Place) error {
	if a.May(p, in) {
		return nil
	}
	return fault.NotFound
}
