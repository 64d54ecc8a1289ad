package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// An operator gives a program a token, sees it in a list, and ends it.
func TestToken(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o operator) {
		o.runs(done, "init", "--funder", "A Funder", "--operator", "ada@example.org", "--operator-name", "Ada")
		made := o.runs(done, "token", "Ada@example.org", "--for", "the backup", "--until", "2099-04-01")
		sees(t, made, "ct_")
		_, rest, _ := strings.Cut(made, "ct_")
		secret := "ct_" + strings.TrimSpace(rest)
		var all []struct {
			ID      string `json:"id"`
			For     string `json:"for"`
			InForce bool   `json:"in_force"`
		}
		listed := o.runs(done, "token", "ada@example.org", "--list", "--json")
		if err := json.Unmarshal([]byte(listed), &all); err != nil || len(all) != 1 || all[0].For != "the backup" || !all[0].InForce {
			t.Errorf("the list is %s, %v", listed, err)
		}
		if strings.Contains(listed, secret) {
			t.Error("the list shows a token whole")
		}
		sees(t, o.runs(done, "token", "ada@example.org", "--revoke", all[0].ID), "lets nobody in any more")
		sees(t, o.runs(done, "token", "ada@example.org", "--list"), "ended", "never", "the backup")
		sees(t, o.runs(askedWrong, "token", "ada@example.org", "--revoke", "x"), "has no token x")
		sees(t, o.runs(askedWrong, "token", "eve@example.org"), "Nobody here")
		sees(t, o.runs(askedWrong, "token", "ada@example.org", "--role", "chair"), "wears no such hat")
		sees(t, o.runs(askedWrong, "token", "ada@example.org", "--in", "nowhere"), "no programme, area or organisation")
		sees(t, o.runs(askedWrong, "token", "ada@example.org", "--until", "soon"), "2027-04-01")
		sees(t, o.runs(askedWrong, "token", "ada@example.org", "--until", "2020-01-01"), "later day")
	})
}
