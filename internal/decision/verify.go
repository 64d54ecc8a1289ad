package decision

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/audit"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/meeting"
	"commontable/internal/partnership"
)

// Verify works every result out again from what was said and voted, and holds all
// of it against what was recorded when it happened. It reports every bad place.
func Verify(ctx context.Context, tx *db.Tx, report func(string)) error {
	readers, err := Readers(ctx, tx, report)
	if err != nil {
		return err
	}
	return audit.Tell(ctx, tx, readers...)
}

type decisionKey struct {
	area   area.ID
	number int64
}

// theActs are those of the events that a decision is held against.
var theActs = []string{
	"decision put forward", "put forward for somebody", "proposal changed", "position given", "position entered", "vote opened", "vote cast", "vote entered",
	"decision made", "decision replaced",
}

// Readers are Verify for whoever reads the history once for all.
func Readers(ctx context.Context, tx *db.Tx, report func(string)) ([]audit.Reader, error) {
	keys, err := db.All(ctx, tx, func(r db.Row) (k decisionKey, err error) { return k, r.Scan(&k.area, &k.number) }, `
		SELECT area_id, number FROM decisions ORDER BY area_id, number`)
	if err != nil {
		return nil, err
	}
	all := make([]Decision, len(keys))
	rules := map[area.ID][]partnership.Rules{}
	for i, k := range keys {
		if all[i], err = ByNumber(ctx, tx, k.area, k.number); err != nil {
			return nil, err
		}
		if _, read := rules[k.area]; read {
			continue
		}
		if rules[k.area], err = partnership.EveryRules(ctx, tx, k.area); err != nil {
			return nil, err
		}
	}
	made := map[[2]string]bool{}
	for _, d := range all {
		if d.Result.Outcome != "" {
			made[[2]string{string(d.Area), string(d.ID)}] = true
		}
	}
	closed, err := partnership.ClosedOf(ctx, tx, Decision{}.About().Kind)
	if err != nil {
		return nil, err
	}
	partnership.VerifyClosings(Decision{}.About().Kind, closed, made, report)
	if err := verifyShared(ctx, tx, all, report); err != nil {
		return nil, fmt.Errorf("what agendas share: %w", err)
	}
	events := map[decisionKey]map[string][]audit.Recorded{}
	readers := make([]audit.Reader, len(theActs))
	for i, act := range theActs {
		readers[i] = audit.Reader{Act: act, Hear: func(e audit.Recorded) {
			_, text, _ := strings.Cut(e.Subject, ":")
			number, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				report(fmt.Sprintf("area %s: %s of %s names no decision", e.Stream, act, e.Subject))
				return
			}
			k := decisionKey{area.ID(e.Stream), number}
			if events[k] == nil {
				events[k] = map[string][]audit.Recorded{}
			}
			events[k][act] = append(events[k][act], e)
		}}
	}
	notes := notesOf(all, report)
	readers[len(readers)-1].End = func() {
		for i, d := range all {
			v := verifier{d: d, said: events[keys[i]], rules: rules[d.Area], report: func(words string) {
				report(fmt.Sprintf("area %s: decision %d: %s", d.Area, d.Number, words))
			}}
			v.verify()
			delete(events, keys[i])
		}
		for k := range events {
			report(fmt.Sprintf("area %s: decision %d was recorded, and is not there", k.area, k.number))
		}
	}
	return append(readers, audit.Readers(notes...)...), nil
}

// verifyShared holds what agendas share with decisions against these.
func verifyShared(ctx context.Context, tx *db.Tx, all []Decision, report func(string)) error {
	kept := make([]meeting.DecisionKept, len(all))
	for i, d := range all {
		kept[i] = meeting.DecisionKept{Area: d.Area, ID: string(d.ID), Number: d.Number, Item: meeting.ItemID(d.AgendaItem), BegunAt: d.BegunAt}
		for _, t := range d.Texts {
			kept[i].Last = nil
			for _, p := range t.PartiesTouched() {
				p.Name = strings.TrimSpace(p.Name)
				kept[i].Parties, kept[i].Last = append(kept[i].Parties, p), append(kept[i].Last, p)
			}
		}
	}
	return meeting.VerifyShared(ctx, tx, kept, report)
}

// notesOf are what was noted on the way to each result and after it, with the words
// of it, each to be held against the one event that recorded it.
func notesOf(all []Decision, report func(string)) []*audit.Kept {
	recused := audit.KeptOf("took no part", report)
	answered := audit.KeptOf("worry answered", report, "turn")
	tried := audit.KeptOf("no agreement found", report, "version", "support", "worry", "aside", "cannot", "electorate")
	extended := audit.KeptOf("vote extended", report, "closed", "closes")
	positions, ballots := audit.KeptOf("position confirmed", report, "turn"), audit.KeptOf("ballot confirmed", report, "turn")
	made := audit.KeptOf("decision made", report, "outcome", "way", "version", "digest", "on", "yes", "no", "aside", "unused")
	replaced := audit.KeptOf("decision replaced", report, "by")
	told := audit.KeptOf("told of a decision", report, "party", "on")
	byNumber := map[decisionKey]Decision{}
	for _, d := range all {
		byNumber[decisionKey{d.Area, d.Number}] = d
	}
	for _, d := range all {
		stream, of := string(d.Area), subject(d.Number)
		for _, r := range d.Recusals {
			recused.Worded(r.Why, stream, of, string(r.By))
		}
		for _, n := range d.Answers {
			answered.Worded(n.Words, stream, of, string(n.By), strconv.FormatInt(n.Turn, 10))
		}
		for i, t := range d.Attempts {
			if i < len(d.Attempts)-1 || d.Result.Way != ByAgreement {
				tried.Worded(t.Words, stream, of, string(t.By), strconv.FormatInt(t.Version, 10), strconv.Itoa(t.Support), strconv.Itoa(t.Worry), strconv.Itoa(t.Aside), strconv.Itoa(t.Cannot), t.Electorate)
			}
		}
		for _, x := range d.Poll.Extensions {
			extended.Worded(x.Why, stream, of, string(x.By), instant(x.ClosedAt), instant(x.ClosesAt))
		}
		for _, p := range d.Positions {
			if p.Confirmed.By != "" {
				positions.Row(stream, of, string(p.Confirmed.By), strconv.FormatInt(p.Turn, 10))
			}
		}
		for _, b := range d.Poll.Ballots {
			if b.Confirmed.By != "" {
				ballots.Row(stream, of, string(b.Confirmed.By), strconv.FormatInt(b.Turn, 10))
			}
		}
		if r := d.Result; r.Outcome != "" {
			made.Worded(r.Words, stream, of, string(r.By), string(r.Outcome), string(r.Way), strconv.FormatInt(r.Version, 10), r.Digest, r.On.String(),
				strconv.Itoa(r.Yes), strconv.Itoa(r.No), strconv.Itoa(r.Aside), strconv.Itoa(r.Unused))
		}
		if later := d.Replaced.By; later != 0 {
			replaced.Row(stream, of, string(byNumber[decisionKey{d.Area, later}].Result.By), strconv.FormatInt(later, 10))
		}
		for _, t := range d.Told {
			told.Worded(t.How, stream, of, string(t.By), strconv.Itoa(t.Party), t.On.String())
		}
	}
	return []*audit.Kept{recused, answered, tried, extended, positions, ballots, made, replaced, told}
}

type verifier struct {
	d      Decision
	rules  []partnership.Rules // every version of the area's
	said   map[string][]audit.Recorded
	report func(string)
}

func (v verifier) verify() {
	v.beginning()
	v.texts()
	v.seals()
	v.poll()
	v.result()
	v.decidedBy()
	if (v.d.Replaced.By != 0) != (len(v.said["decision replaced"]) == 1) {
		v.report("what took its place is not as it was recorded")
	}
}

// beginning holds who put it forward, and where, against the event of it. What an
// event of old does not say is not asked of it.
func (v verifier) beginning() {
	put := v.said["decision put forward"]
	if len(put) != 1 {
		return // texts tells of it
	}
	e := put[0]
	if e.Person != string(v.d.BegunBy) || e.Facts["kind"] != string(v.d.Kind) || e.Facts["total"] != v.d.Texts[0].Total().Decimal() ||
		e.Facts["as"] != "" && (e.Facts["meeting"] != v.d.Meeting || e.Facts["item"] != v.d.AgendaItem) {
		v.report("what was put forward, and where, is not as it was recorded")
	}
	named := v.said["put forward for somebody"]
	for _, p := range v.d.Proposers {
		switch {
		case p.Person != "" && p.Name != "":
			v.report("somebody who put it forward has another name here")
		case p.Person == "" && len(named) == 1 && named[0].Private != nil && *named[0].Private != p.Name:
			v.report("for whom it was put forward is not as it was recorded")
		}
	}
}

func (v verifier) texts() {
	written := append(append([]audit.Recorded(nil), v.said["decision put forward"]...), v.said["proposal changed"]...)
	if len(written) != len(v.d.Texts) {
		v.report("its wordings are not those that were recorded")
		return
	}
	for i, t := range v.d.Texts {
		of := v.d
		of.Texts = v.d.Texts[:i]
		e, words := written[i], t.Why
		if i == 0 {
			words = t.Title
		}
		if hashOf(of, t) != t.Hash || e.Facts["hash"] != t.Hash || e.Person != string(t.WrittenBy) || e.Private != nil && *e.Private != words ||
			i == 0 && t.Why != "" || e.Facts["as"] != "" && e.Facts["as"] != asOf(t) {
			v.report(fmt.Sprintf("wording %d is not as it was written", t.Version))
		}
	}
}

// seals holds what people said and voted against the seals of it. Words that had
// to be forgotten leave a seal that nothing fits, and an empty salt.
func (v verifier) seals() {
	said, kinds := map[string]string{}, map[string]string{} // of the events of old no kind is told
	for _, act := range []string{"position given", "position entered"} {
		for _, e := range v.said[act] {
			said["position "+e.Facts["turn"]] = e.Facts["seal"] + " " + personIn(e)
			kinds[e.Facts["turn"]] = e.Facts["kind"]
		}
	}
	for _, act := range []string{"vote cast", "vote entered"} {
		for _, e := range v.said[act] {
			said["ballot "+e.Facts["turn"]] = e.Facts["seal"] + " " + personIn(e)
		}
	}
	for _, p := range v.d.Positions {
		name := "position " + strconv.FormatInt(p.Turn, 10)
		kind := kinds[strconv.FormatInt(p.Turn, 10)]
		if p.Via == AtMeeting {
			kind = string(v.kindOf(p.Person))
		}
		if sealOf(p.Salt, string(p.Stand), p.Reason) != p.Seal || p.Via != AtMeeting && said[name] != p.Seal+" "+string(p.Person) || kind != "" && kind != string(p.Kind) {
			v.report(name + " is not as it was given")
		}
		delete(said, name)
	}
	for _, b := range v.d.Poll.Ballots {
		name := "ballot " + strconv.FormatInt(b.Turn, 10)
		if sealOf(b.Salt, string(b.Choice), b.Reason) != b.Seal || said[name] != b.Seal+" "+string(b.Person) {
			v.report(name + " is not as it was cast")
		}
		delete(said, name)
	}
	for name := range said {
		v.report(name + " was recorded, and is not there")
	}
}

// kindOf is how somebody took part when it was agreed at a meeting.
func (v verifier) kindOf(who access.PersonID) partnership.Kind {
	for _, t := range v.d.Attempts {
		for _, e := range t.Electors {
			if e.Person == who {
				return e.Kind
			}
		}
	}
	return ""
}

func personIn(e audit.Recorded) string {
	if whose := e.Facts["for"]; whose != "" {
		return whose
	}
	return e.Person
}

func (v verifier) poll() {
	p, opened := v.d.Poll, v.said["vote opened"]
	if !p.Exists() {
		if len(opened) > 0 {
			v.report("its vote was recorded, and is not there")
		}
		return
	}
	if len(opened) != 1 || electorateOf(p.Electors) != p.Electorate || opened[0].Facts["electorate"] != p.Electorate || opened[0].Facts["hash"] != p.Hash ||
		opened[0].Facts["majority"] != string(p.Majority) || opened[0].Facts["quorum"] != strconv.Itoa(p.Quorum) ||
		opened[0].Person != string(p.OpenedBy) || opened[0].Facts["version"] != strconv.FormatInt(p.Version, 10) || opened[0].Facts["rules"] != strconv.FormatInt(p.RulesVersion, 10) {
		v.report("its vote is not as it was opened")
	}
	if len(opened) == 1 && opened[0].Facts["closes"] != "" {
		closes := opened[0].Facts["closes"]
		for _, x := range p.Extensions {
			if instant(x.ClosedAt) != closes {
				v.report("its vote was extended from another time than that at which it closed")
			}
			closes = instant(x.ClosesAt)
		}
		if instant(p.ClosesAt) != closes {
			v.report("its vote closes at another time than was recorded")
		}
	}
	last := map[string]int64{}
	for _, b := range p.Ballots {
		if b.Hash != p.Hash || b.EnteredAt.Before(p.OpenedAt) || !b.EnteredAt.Before(p.ClosesAt) || b.After != last[b.Holder] {
			v.report(fmt.Sprintf("ballot %d was not cast on these words and in time", b.Turn))
		}
		if b.Via != BySelf && b.Confirmed.By == b.EnteredBy {
			v.report(fmt.Sprintf("ballot %d was entered and confirmed by one person", b.Turn))
		}
		last[b.Holder] = b.Turn
	}
}

func (v verifier) result() {
	made, r := v.said["decision made"], v.d.Result
	if r.Outcome == "" {
		if len(made) > 0 {
			v.report("its result was recorded, and is not there")
		}
		return
	}
	if len(made) != 1 || digestOf(v.d) != r.Digest || made[0].Facts["digest"] != r.Digest || made[0].Facts["outcome"] != string(r.Outcome) {
		v.report("what led to its result is not as it was then")
	}
	switch r.Way {
	case ByVote:
		t, _ := v.d.Poll.tally(r.Excluded)
		if outcomeOf(v.d.Poll, t) != r.Outcome || t.Said[string(Yes)] != r.Yes || t.Said[string(No)] != r.No || t.Said[string(StandsAside)] != r.Aside ||
			t.Unused != r.Unused || t.Residents != r.Residents {
			v.report("its vote, counted again, comes to something else")
		}
		if v.d.Poll.ClosesAt.After(r.At) {
			v.report("its result was recorded before its vote had closed")
		}
	case ByAgreement:
		v.agreement()
	case ByNone:
	}
}

// decidedBy holds the rules by which it was decided against those that were set. An
// event of old does not name them.
func (v verifier) decidedBy() {
	r, p := v.d.Result, v.d.Poll
	if p.Exists() {
		rules := partnership.RulesNumbered(v.rules, p.RulesVersion)
		if rules.Version != p.RulesVersion || rules.Majority != p.Majority || rules.From.After(date.InLondon(p.OpenedAt)) {
			v.report("its vote was opened by rules that are not there")
		}
	}
	if !r.RulesKept {
		return
	}
	rules, made := partnership.RulesNumbered(v.rules, r.Rules), v.said["decision made"]
	if rules.Version != r.Rules || rules.From.After(r.On) || p.Exists() && p.RulesVersion != r.Rules ||
		len(made) == 1 && made[0].Facts["rules"] != strconv.FormatInt(r.Rules, 10) {
		v.report("the rules by which it was decided are not those that were kept")
	}
}

// agreement counts again what was said on the last wording by those who had a say
// when it was recorded, and were not left out.
func (v verifier) agreement() {
	r := v.d.Result
	if len(v.d.Attempts) == 0 {
		v.report("nobody recorded what its agreement came to")
		return
	}
	tried := v.d.Attempts[len(v.d.Attempts)-1]
	if tried.Words != r.Words {
		v.report("how its agreement was found is told in other words than its result")
	}
	if tried.Electorate == "" {
		if len(v.said["decision made"]) == 1 && v.said["decision made"][0].Facts["electorate"] != "" {
			v.report("who had a say in it was recorded, and is not there")
		}
		v.agreementOfOld()
		return
	}
	if electorateOf(tried.Electors) != tried.Electorate || len(v.said["decision made"]) == 1 && v.said["decision made"][0].Facts["electorate"] != tried.Electorate {
		v.report("who had a say in it are not those who were recorded")
	}
	var said []saying
	for _, p := range v.d.Positions {
		said = append(said, saying{p.Person, p.Turn, string(p.Stand), p.Counts() && p.Hash == r.Hash})
	}
	var out []access.PersonID
	for _, e := range tried.Electors {
		if e.Barred {
			out = append(out, e.Person)
		}
	}
	slices.Sort(out)
	t, _ := count(tried.Electors, said)
	if t.Said[string(Support)]+t.Said[string(Worry)] != r.Yes || t.Said[string(Cannot)] != r.No || t.Said[string(Aside)] != r.Aside || t.Unused != r.Unused ||
		t.Residents != r.Residents || r.Residents < r.Quorum || (r.Outcome == IsAgreed) != (r.No == 0) || !slices.Equal(out, r.Excluded) {
		v.report("its agreement, counted again, comes to something else")
	}
}

// agreementOfOld is agreement where it was not kept who had a say: those who spoke
// and had none any more show as what they are. Fewer than were counted cannot be.
func (v verifier) agreementOfOld() {
	r := v.d.Result
	last := map[string]Position{}
	out := map[access.PersonID]bool{}
	for _, who := range r.Excluded {
		out[who] = true
	}
	for _, p := range v.d.Positions {
		if p.Counts() && p.Hash == r.Hash && !out[p.Person] {
			last[p.Holder] = p
		}
	}
	if taking := r.Yes + r.No + r.Aside; taking > len(last) || r.Outcome == IsAgreed && r.No > 0 || r.Residents < r.Quorum {
		v.report("its agreement, counted again, comes to something else")
	}
}
