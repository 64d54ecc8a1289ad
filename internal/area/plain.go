package area

import (
	"fmt"
	"strconv"
)

// A PlainRule is a rule as a neighbour would say it, and where it is from.
type PlainRule struct{ Name, Value, Source string }

// Plain is the rule book in plain words: the same rules in the same order for
// every programme.
func (b RuleBook) Plain() []PlainRule {
	who, holder, source := b.Words[WordPartnership], b.Words[WordLTO], b.Sources
	allocation, early := "No usual amount", "No rule"
	if b.Allocation.Positive() {
		allocation = b.Allocation.Whole() + ". What an area was really given is recorded for each"
	}
	if b.EarlyMoney.Positive() {
		early = b.EarlyMoney.Whole()
	}
	members := "No number is set"
	if b.MinimumMembers > 0 {
		members = fmt.Sprintf("At least %d people", b.MinimumMembers)
	}
	contribution := "Nothing beside the area’s own money"
	if b.ContributionRate > 0 {
		contribution = b.ContributionRate.String() + " of what is paid to it, beside the area’s own money. It is handed back with money that was not needed"
	}
	approvals := "1 person who did not prepare it"
	if b.ApprovalsNeeded > 1 {
		approvals = strconv.Itoa(b.ApprovalsNeeded) + " people who did not prepare it"
	}
	packages := "No rule"
	if b.PackageDays > 0 {
		packages = "Up to " + strconv.Itoa(b.PackageDays) + " days of help with one thing"
	}
	return []PlainRule{
		{"First day", b.Begins.Long(), source["begins"]},
		{"Last day", b.Ends.Long(), source["ends"]},
		{"What an area is usually given", allocation, source["allocation"]},
		{"Money before there is a plan", early, source["early_money"]},
		{"How many people are in a " + who.Singular, members, source["minimum_members"]},
		{"How many of them live there", capitalised(b.ResidentShare.Code), source["resident_share"]},
		{"What the " + holder.Singular + " gets for its own costs", contribution, source["contribution_rate"]},
		{"Who approves a payment", approvals + ". Yet another person pays it", source["approvals_needed"]},
		{"How often it says what was spent", "Every " + strconv.Itoa(b.ReportingMonths) + " months", source["reporting_months"]},
		{"Support packages", packages, source["package_days"]},
		{"In 360Giving data", b.RegrantType, source["regrant_type"]},
	}
}

func capitalised(s string) string {
	if s == "" {
		return ""
	}
	return string(s[0]-'a'+'A') + s[1:]
}
