package area

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"commontable/internal/date"
	"commontable/internal/fault"
	"commontable/internal/money"
)

// A RuleBook is how a programme works, as data: programmes are configuration
// (design.md §5). Two ship with the program, in the folder rulebooks, where
// every fact stands beside its source. A programme keeps the text of the rule
// book that it began with, so that a later version changes nothing behind
// anybody's back.
type RuleBook struct {
	Code             string
	Name             string
	Version          int
	Begins, Ends     date.Date     // the programme's first and last day, unless it says otherwise
	Allocation       money.Amount  // what an area is usually given; what it was given is recorded (P23)
	MinimumMembers   int           // of a partnership (R1); 0 where there is no rule
	ResidentShare    ResidentShare // of those members (R2)
	ContributionRate money.Rate    // paid to the LTO beside the area's money (R9, P27)
	ApprovalsNeeded  int           // how many people other than its preparer approve a payment
	ReportingMonths  int           // how often an LTO accounts for what was spent
	PackageDays      int           // the most days in a support package (R12); 0 where there is no rule
	RegrantType      string        // 360Giving's code for money that is given on
	EarlyMoney       money.Amount  // what an area may have before there is a plan; nothing where there is no rule
	Outcomes         []string      // what the programme is for
	Also             []AlsoKnown   // what is known of the programme beside the rules that the program acts on
	Phases           []Phase       // in order; they may overlap, as Big Local's did (V18)
	Themes           []Theme       // in the order in which they are offered
	Words            map[string]Word
	Sources          map[string]string // where each fact is from, by its name in the file
}

// A ResidentShare is how many of a partnership's members are to be residents.
type ResidentShare struct {
	Code      string // MoreThanHalf or AtLeastHalf: the words in which it is said
	Parts, Of int    // the share: 1 of 2
	MoreThan  bool   // just the share is not enough
}

// The resident shares that a rule book may ask for.
const (
	MoreThanHalf = "more than half"
	AtLeastHalf  = "at least half"
)

var residentShares = map[string]ResidentShare{
	MoreThanHalf: {Code: MoreThanHalf, Parts: 1, Of: 2, MoreThan: true},
	AtLeastHalf:  {Code: AtLeastHalf, Parts: 1, Of: 2},
}

// Kept reports whether so many residents among so many members are enough. Of
// no members nothing is asked.
func (s ResidentShare) Kept(residents, members int) bool {
	if members == 0 || s.Of == 0 {
		return true
	}
	if s.MoreThan {
		return residents*s.Of > members*s.Parts
	}
	return residents*s.Of >= members*s.Parts
}

// AlsoKnown is a fact of the programme that people ask about, with its source.
type AlsoKnown struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Source string `json:"source"`
}

// A Phase is a stretch of a programme's life. It describes and sets no deadline.
type Phase struct {
	Name        string
	From, Until date.Date // first and last day
}

// A Theme is what money is for, across all areas: local headings are told of
// under one theme each. The code is for ever, the name may be bettered.
type Theme struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// A Word is what this programme calls something that every programme has.
type Word struct {
	Singular    string `json:"singular"`
	Plural      string `json:"plural"`
	Explanation string `json:"explanation"`
}

// The keys of a rule book's Words. Every rule book has them all.
const (
	WordPartnership = "partnership" // "partnership" or "board"
	WordLTO         = "lto"         // "locally trusted organisation" or "accountable body"
	WordWorker      = "worker"
	WordAdviser     = "adviser" // "rep" or "adviser"
	WordPlan        = "plan"
)

// Theme finds a theme by its code.
func (b RuleBook) Theme(code string) (Theme, bool) {
	i := slices.IndexFunc(b.Themes, func(t Theme) bool { return t.Code == code })
	if i < 0 {
		return Theme{}, false
	}
	return b.Themes[i], true
}

// PhasesOn lists the phases in which a day falls: none, one, or two that overlap.
func (b RuleBook) PhasesOn(day date.Date) []Phase {
	var on []Phase
	for _, p := range b.Phases {
		if !day.Before(p.From) && !day.After(p.Until) {
			on = append(on, p)
		}
	}
	return on
}

//go:embed rulebooks/*.json
var rulebooks embed.FS

// The codes of the rule books that ship with the program.
const (
	BigLocal     = "big-local"
	PrideInPlace = "pride-in-place"
)

// RuleBooks lists the rule books that ship with the program.
func RuleBooks() []RuleBook {
	var all []RuleBook
	for _, code := range []string{BigLocal, PrideInPlace} {
		b, err := RuleBookByCode(code)
		if err != nil {
			panic(err) // TestRuleBooksRead keeps this from leaving anyone's machine
		}
		all = append(all, b)
	}
	return all
}

// RuleBookByCode is one of them, in the version that ships.
func RuleBookByCode(code string) (RuleBook, error) {
	text, err := ruleBookText(code)
	if err != nil {
		return RuleBook{}, err
	}
	return readRuleBook(text)
}

func ruleBookText(code string) ([]byte, error) {
	text, err := rulebooks.ReadFile(path.Join("rulebooks", code+".json"))
	if err != nil {
		return nil, fault.New(fault.NotFound, fmt.Sprintf("There is no rule book %q. Choose %s or %s.", code, BigLocal, PrideInPlace))
	}
	return text, nil
}

// A fact is a value as it stands in a rule book's file, with its source.
type fact[T any] struct {
	Value    T      `json:"value"`
	Unit     string `json:"unit"`
	Currency string `json:"currency"`
	Source   string `json:"source"`
}

// Texts of programmes that were begun long ago are read too, so this reader
// only ever grows.
type ruleBookFile struct {
	Code             string                `json:"code"`
	Name             string                `json:"name"`
	Version          int                   `json:"version"`
	Begins           fact[string]          `json:"begins"`
	Ends             fact[string]          `json:"ends"`
	Allocation       fact[string]          `json:"allocation"`
	MinimumMembers   fact[int]             `json:"minimum_members"`
	ResidentShare    fact[string]          `json:"resident_share"`
	ContributionRate fact[money.Rate]      `json:"contribution_rate"`
	ApprovalsNeeded  fact[int]             `json:"approvals_needed"`
	ReportingMonths  fact[int]             `json:"reporting_months"`
	PackageDays      fact[int]             `json:"package_days"`
	RegrantType      fact[string]          `json:"regrant_type"`
	EarlyMoney       fact[string]          `json:"early_money"`
	Outcomes         fact[[]string]        `json:"outcomes"`
	Also             []AlsoKnown           `json:"also"`
	Phases           fact[[]phaseText]     `json:"phases"`
	Themes           fact[[]Theme]         `json:"themes"`
	Words            fact[map[string]Word] `json:"words"`
}

type phaseText struct {
	Name  string `json:"name"`
	From  string `json:"from"`
	Until string `json:"until"`
}

// ruleBooksRead keeps the few texts that were read: a programme's is asked for with
// nearly everything that is done. What it holds is never changed.
var ruleBooksRead sync.Map

func readRuleBook(text []byte) (RuleBook, error) {
	if known, ok := ruleBooksRead.Load(string(text)); ok {
		return known.(RuleBook), nil //nolint:forcetypeassert // nothing else is kept
	}
	b, err := parseRuleBook(text)
	if err == nil {
		ruleBooksRead.Store(string(text), b)
	}
	return b, err
}

func parseRuleBook(text []byte) (RuleBook, error) {
	var f ruleBookFile
	if err := json.Unmarshal(text, &f); err != nil {
		return RuleBook{}, fmt.Errorf("read rule book: %w", err)
	}
	b := RuleBook{
		Code: f.Code, Name: f.Name, Version: f.Version,
		MinimumMembers: f.MinimumMembers.Value, ContributionRate: f.ContributionRate.Value, ApprovalsNeeded: f.ApprovalsNeeded.Value,
		ReportingMonths: f.ReportingMonths.Value, PackageDays: f.PackageDays.Value, RegrantType: f.RegrantType.Value,
		Themes: f.Themes.Value, Words: f.Words.Value, Outcomes: f.Outcomes.Value, Also: f.Also,
		Sources: map[string]string{
			"begins": f.Begins.Source, "ends": f.Ends.Source, "allocation": f.Allocation.Source, "minimum_members": f.MinimumMembers.Source,
			"resident_share": f.ResidentShare.Source, "contribution_rate": f.ContributionRate.Source, "approvals_needed": f.ApprovalsNeeded.Source,
			"reporting_months": f.ReportingMonths.Source, "package_days": f.PackageDays.Source, "regrant_type": f.RegrantType.Source,
			"phases": f.Phases.Source, "themes": f.Themes.Source, "words": f.Words.Source,
			"early_money": f.EarlyMoney.Source, "outcomes": f.Outcomes.Source,
		},
	}
	var err error
	read := func(s string) date.Date {
		d, e := date.Parse(s)
		if e != nil && err == nil {
			err = e
		}
		return d
	}
	b.Begins, b.Ends = read(f.Begins.Value), read(f.Ends.Value)
	for _, p := range f.Phases.Value {
		b.Phases = append(b.Phases, Phase{Name: p.Name, From: read(p.From), Until: read(p.Until)})
	}
	if err == nil {
		b.Allocation, err = money.Parse(f.Allocation.Value, money.Currency(f.Allocation.Currency))
	}
	if f.EarlyMoney.Value != "" && err == nil {
		b.EarlyMoney, err = money.Parse(f.EarlyMoney.Value, money.Currency(f.EarlyMoney.Currency))
	}
	share, known := residentShares[f.ResidentShare.Value]
	b.ResidentShare = share
	if !known && err == nil {
		err = fmt.Errorf("%q is not a resident share", f.ResidentShare.Value)
	}
	if err == nil {
		err = b.complete()
	}
	if err != nil {
		return RuleBook{}, fmt.Errorf("rule book %s: %w", f.Code, err)
	}
	return b, nil
}

func (b RuleBook) complete() error {
	switch {
	case b.Code == "" || b.Name == "" || b.Version < 1:
		return fmt.Errorf("it lacks its code, name or version")
	case !b.Begins.Before(b.Ends):
		return fmt.Errorf("it ends before it begins")
	case b.ApprovalsNeeded < 1:
		return fmt.Errorf("nobody approves a payment")
	case b.ReportingMonths < 1:
		return fmt.Errorf("nobody accounts for what was spent")
	case len(b.Themes) == 0:
		return fmt.Errorf("it has no themes")
	}
	for _, key := range []string{WordPartnership, WordLTO, WordWorker, WordAdviser, WordPlan} {
		if w := b.Words[key]; w.Singular == "" || w.Plural == "" || strings.TrimSpace(w.Explanation) == "" {
			return fmt.Errorf("it has no words for %q", key)
		}
	}
	return nil
}
