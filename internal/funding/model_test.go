package funding_test

import (
	"fmt"
	"slices"
	"sync"

	"commontable/internal/access"
	"commontable/internal/funding"
	"commontable/internal/plan"
)

// The model is what a careful person with a notebook would know: they write
// down what was done, and add it up again whenever they are asked. It shares no
// rule with the program.

var walksMu sync.Mutex

// mayDo says who may do what, apart from where.
var mayDo = map[string][]access.Role{
	"allocate":      {access.ProgrammeOfficer},
	"write":         {access.ProgrammeOfficer, access.Chair},
	"adopt":         {access.Chair},
	"hold":          {access.ProgrammeOfficer, access.Chair},
	"offer":         {access.ProgrammeOfficer, access.ProgrammeFinance},
	"accept":        {access.LTOApprover},
	"prepare":       {access.ProgrammeOfficer, access.ProgrammeFinance},
	"approve":       {access.ProgrammeFinance},
	"release":       {access.ProgrammeFinance},
	"call off":      {access.ProgrammeOfficer, access.ProgrammeFinance},
	"hand back":     {access.ProgrammeFinance},
	"reverse":       {access.ProgrammeFinance},
	"provide":       {access.LTOFinance},
	"certify":       {access.LTOApprover},
	"send back":     {access.LTOApprover},
	"reverse spend": {access.LTOApprover},

	"discard":         {access.ProgrammeOfficer, access.Chair},
	"end holding":     {access.ProgrammeOfficer, access.Chair},
	"decline":         {access.LTOApprover},
	"ask to reverse":  {access.ProgrammeFinance},
	"refuse reversal": {access.ProgrammeFinance},
	"recode":          {access.ProgrammeOfficer, access.ProgrammeFinance, access.LTOFinance, access.LTOApprover},
}

func (h hat) may(what string, area, org int) bool {
	return slices.Contains(mayDo[what], h.role) && (h.area < 0 || h.area == area) && (h.org < 0 || h.org == org)
}

func (h hat) String() string {
	if h.role == access.Nobody {
		return "nobody"
	}
	return fmt.Sprintf("%s (%s)", h.actor.Name, h.actor.Title)
}

type modelArea struct {
	allocated []int64
	versions  []map[string]int64 // budgets by the names of lines
	inForce   int                // the number of a version; 0 for none
	adopted   map[int]bool
	discarded map[int]bool
	lines     map[string]plan.LineID // every line there ever was
	holders   map[int]bool           // who holds the money today
	leaving   map[int]bool           // and does so for the last day
	left      map[int]bool
	afresh    map[int]bool // holds it since today, having left
	offers    []*modelOffer
	payments  []*modelPayment
	spends    []*modelSpend
}

type modelOffer struct {
	number, org, supersedes int
	first                   *modelOffer // the letter that its versions began with; nil where it is that itself
	accepted                bool
	declined, ended         bool
	instalments             []*modelInstalment
}

// origin is the letter of which o is a version.
func (o *modelOffer) origin() *modelOffer {
	if o.first == nil {
		return o
	}
	return o.first
}

type modelInstalment struct {
	id    funding.InstalmentID
	offer *modelOffer
	line  string
	minor int64
}

func (in modelInstalment) String() string { return fmt.Sprintf("%d for %s", in.minor, in.line) }

type modelPayment struct {
	id                            funding.PaymentID
	in                            *modelInstalment
	decision                      bool
	preparer                      access.PersonID
	approvers                     map[access.PersonID]bool
	released, cancelled, reversed bool
	backs                         []int64
	asked                         access.PersonID // that it is reversed; nobody where none waits
}

type modelSpend struct {
	id          funding.SpendID
	org         int
	line, state string
	minor       int64
	decision    bool
	provider    access.PersonID
	theme       string
	replaced    bool
}

func newModelArea() *modelArea {
	return &modelArea{lines: map[string]plan.LineID{}, holders: map[int]bool{}, leaving: map[int]bool{}, left: map[int]bool{}, afresh: map[int]bool{}, adopted: map[int]bool{}, discarded: map[int]bool{}}
}

func (p *modelPayment) waits() bool { return !p.released && !p.cancelled }

// stays is what stays paid; nothing of what was never paid or was reversed.
func (p *modelPayment) stays() int64 {
	if !p.released || p.reversed {
		return 0
	}
	stays := p.in.minor
	for _, b := range p.backs {
		stays -= b
	}
	return stays
}

// payment is the one on its way for an instalment, or made.
func (m *modelArea) payment(in *modelInstalment) *modelPayment {
	for _, p := range m.payments {
		if p.in == in && !p.cancelled && !p.reversed {
			return p
		}
	}
	return nil
}

func (m *modelArea) superseded(o *modelOffer) bool {
	return slices.ContainsFunc(m.offers, func(later *modelOffer) bool {
		return later.origin() == o.origin() && later.number > o.number && later.accepted
	})
}

func (m *modelArea) hasSuccessor(number int) bool {
	return number != 0 && slices.ContainsFunc(m.offers, func(later *modelOffer) bool { return later.supersedes == number })
}

func (m *modelArea) inForceOffer(o *modelOffer) bool {
	return o.accepted && !o.ended && !m.superseded(o)
}

// versionInForce is the version of a letter by which is paid now; nil for none.
func (m *modelArea) versionInForce(of *modelOffer) *modelOffer {
	for _, o := range m.offers {
		if o.origin() == of.origin() && m.inForceOffer(o) {
			return o
		}
	}
	return nil
}

// promised is what is still to be paid for a line, or for all where it is "".
func (m *modelArea) promised(line string) (sum int64) {
	for _, o := range m.offers {
		if m.inForceOffer(o) {
			sum += m.unpaid(o, line)
		}
	}
	return sum
}

func (m *modelArea) unpaid(o *modelOffer, line string) (sum int64) {
	for _, in := range o.instalments {
		if p := m.payment(in); (line == "" || in.line == line) && (p == nil || !p.released) {
			sum += in.minor
		}
	}
	return sum
}

func (m *modelArea) paid(line string) (sum int64) {
	for _, p := range m.payments {
		if line == "" || p.in.line == line {
			sum += p.stays()
		}
	}
	return sum
}

func (m *modelArea) spent(line string) (sum int64) {
	for _, s := range m.spends {
		if s.state == "certified" && (line == "" || s.line == line) {
			sum += s.minor
		}
	}
	return sum
}

func (m *modelArea) held(org int) (sum int64) {
	for _, p := range m.payments {
		if p.in.offer.org == org {
			sum += p.stays()
		}
	}
	for _, s := range m.spends {
		if s.state == "certified" && s.org == org {
			sum -= s.minor
		}
	}
	return sum
}

// contribution is what stays of it with an organisation: 5% of each payment.
func (m *modelArea) contribution(org int) (sum int64) {
	for _, p := range m.payments {
		if p.in.offer.org == org {
			sum += twentieth(p.stays())
		}
	}
	return sum
}

func (m *modelArea) allAllocated() (sum int64) {
	for _, a := range m.allocated {
		sum += a
	}
	return sum
}

// budget is what the plan in force gives a line.
func (m *modelArea) budget(line string) (minor int64, planned bool) {
	if m.inForce == 0 {
		return 0, false
	}
	minor, planned = m.versions[m.inForce-1][line]
	return minor, planned
}

func (m *modelArea) mayAdopt(version int) bool {
	return version <= len(m.versions) && version > m.inForce && !m.discarded[version]
}

func (m *modelArea) mayOffer(o *modelOffer) bool {
	if m.inForce == 0 || !m.holders[o.org] {
		return false
	}
	free := func(string) int64 { return 0 }
	if o.supersedes != 0 {
		if o.supersedes > len(m.offers) {
			return false
		}
		old := m.offers[o.supersedes-1]
		if old.org != o.org || m.superseded(old) {
			return false
		}
		if now := m.versionInForce(old); now != nil {
			free = func(line string) int64 { return m.unpaid(now, line) }
		}
	}
	asked := map[string]int64{}
	for _, in := range o.instalments {
		if _, planned := m.budget(in.line); !planned || in.minor <= 0 {
			return false
		}
		asked[in.line] += in.minor
		asked[""] += in.minor
	}
	for line, sum := range asked {
		room := m.allAllocated()
		if line != "" {
			room, _ = m.budget(line)
		}
		if sum > room-m.promised(line)-m.paid(line)+free(line) {
			return false
		}
	}
	return true
}

func (m *modelArea) mayAccept(o *modelOffer) bool {
	if o.accepted || o.declined || m.superseded(o) || m.hasSuccessor(o.number) || !m.mayOffer(o) {
		return false
	}
	if now := m.versionInForce(o); now != nil {
		for _, in := range now.instalments {
			if p := m.payment(in); p != nil && !p.released {
				return false
			}
		}
	}
	return true
}

// mayPay asks plan, schedule and allocation (R8, R10).
func (m *modelArea) mayPay(p *modelPayment) bool {
	if !m.inForceOffer(p.in.offer) || m.inForce == 0 || !m.holders[p.in.offer.org] {
		return false
	}
	budget, planned := m.budget(p.in.line)
	fits := planned && m.paid(p.in.line)+p.in.minor <= budget
	return (fits || p.decision) && p.in.minor <= m.allAllocated()-m.paid("")
}

func (m *modelArea) mayCertify(s *modelSpend) bool {
	budget, _ := m.budget(s.line)
	return s.state == "provided" && (s.decision || m.spent(s.line)+s.minor <= budget) && s.minor <= m.held(s.org)
}

// figures are everything that there is to say of the area's money, by name.
func (m *modelArea) figures(orgs int) map[string]int64 {
	f := map[string]int64{
		"allocated": m.allAllocated(), "promised": m.promised(""), "paid": m.paid(""), "spent": m.spent(""),
		"left": m.allAllocated() - m.promised("") - m.paid(""), "held": m.paid("") - m.spent(""),
		"account allocated": m.allAllocated() - m.paid(""),
	}
	for org := range orgs {
		f[fmt.Sprintf("account held:%d", org)] = m.held(org)
		f[fmt.Sprintf("account contribution:%d", org)] = m.contribution(org)
		f["contribution"] += m.contribution(org)
		f["account contribution-fund"] -= m.contribution(org)
	}
	for line := range m.lines {
		budget, _ := m.budget(line)
		f["budget of "+line] = budget
		f["promised for "+line], f["paid for "+line], f["spent on "+line] = m.promised(line), m.paid(line), m.spent(line)
		f["account spent:"+line] = m.spent(line)
	}
	for _, s := range m.spends {
		if s.state == "certified" {
			f["under "+s.theme] += s.minor
			f["in the quarter"] += s.minor
		}
	}
	for _, o := range m.offers {
		for i, in := range o.instalments {
			f[fmt.Sprintf("instalment %d of %d %s", i+1, o.number, m.stage(o, in))] = in.minor
		}
	}
	return f
}

func (m *modelArea) stage(o *modelOffer, in *modelInstalment) funding.Stage {
	p := m.payment(in)
	switch {
	case p != nil && p.released:
		return funding.Paid
	case m.superseded(o):
		return funding.Superseded
	case o.ended, o.declined:
		return funding.Lapsed
	case p != nil && len(p.approvers) > 0:
		return funding.Approved
	case p != nil:
		return funding.Prepared
	case !o.accepted:
		return funding.Offered
	}
	return funding.Due
}

// mayEnd asks whether an organisation can stop holding the money: today, or
// as of yesterday.
func (m *modelArea) mayEnd(org int, yesterday bool) bool {
	if !m.holders[org] || m.leaving[org] || (yesterday && m.afresh[org]) {
		return false
	}
	for _, p := range m.payments {
		if p.in.offer.org == org && (p.waits() || (yesterday && p.released && !p.reversed)) {
			return false
		}
	}
	return !yesterday || !slices.ContainsFunc(m.spends, func(s *modelSpend) bool {
		return s.org == org && (s.state == "provided" || s.state == "certified")
	})
}

// end is what becomes of the letters of an organisation that stops.
func (m *modelArea) end(org int, yesterday bool) {
	for _, o := range m.offers {
		if o.org == org && m.inForceOffer(o) && m.unpaid(o, "") > 0 {
			o.ended = true
		}
	}
	m.leaving[org] = !yesterday
	if yesterday {
		m.holders[org], m.left[org] = false, true
	}
}

func (m *modelArea) mayDecline(o *modelOffer) bool {
	return !o.accepted && !o.declined && !m.superseded(o) && !m.hasSuccessor(o.number)
}
