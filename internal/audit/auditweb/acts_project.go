package auditweb

import "strings"

// aboutProjects is what comes of the plan.
const aboutProjects kind = "projects"

var projectActs = []act{
	{"project written", aboutProjects, func(t teller) string {
		if t.Facts["version"] == "1" {
			return "began a project"
		}
		return "wrote anew what a project is"
	}, subject("/projects/")},
	{"project state", aboutProjects, func(t teller) string {
		return "noted that a project is " + t.Facts["state"] + ", since " + t.day("from")
	}, subject("/projects/")},
	{"project lead", aboutProjects, func(t teller) string {
		switch t.Facts["kind"] {
		case "nobody":
			return "noted that nobody leads a project, from " + t.day("from")
		case "organisation":
			return "noted that " + t.organisation(t.Facts["organisation"]) + " leads a project, from " + t.day("from")
		}
		return "noted who leads a project, from " + t.day("from")
	}, subject("/projects/")},
	{"project part", aboutProjects, func(teller) string { return "noted what somebody does in a project" }, project},
	{"project part ended", aboutProjects, func(t teller) string { return "noted that somebody’s part in a project ends, on " + t.day("until") }, project},
	{"milestone planned", aboutProjects, func(t teller) string {
		if t.Facts["number"] == "1" {
			return "planned a milestone of a project, for " + t.day("on")
		}
		return "planned a milestone for another time: " + t.day("on")
	}, project},
	{"milestone ended", aboutProjects, func(t teller) string {
		if t.Facts["reached"] == "true" {
			return "noted that a milestone was reached, on " + t.day("on")
		}
		return "dropped a milestone of a project"
	}, project},
	{"project terms", aboutProjects, func(teller) string { return "wrote who is liable in a project, and how all work together" }, subject("/projects/")},
	{"project happening", aboutProjects, func(t teller) string { return "noted what happened in a project on " + t.day("on") }, project},
	{"project contact", aboutProjects, func(teller) string { return "added whom to ask about a project" }, project},
	{"project contact removed", aboutProjects, func(teller) string { return "removed whom to ask about a project" }, project},
	{"project photo", aboutProjects, func(t teller) string { return "added a photo to a project, taken on " + t.day("on") }, project},
	{"project photo consent", aboutProjects, func(t teller) string {
		switch {
		case t.Facts["public"] == "true" && t.Facts["people"] == "true":
			return "noted that everybody may see a photo until " + t.day("until") + ", as those in it agreed"
		case t.Facts["public"] == "true":
			return "noted that everybody may see a photo, in which nobody can be recognised"
		}
		return "noted that those who read our papers may see a photo"
	}, project},
	{"project photo removed", aboutProjects, func(teller) string { return "removed a photo from a project" }, project},
	{"requirement noted", aboutProjects, func(t teller) string {
		switch t.Facts["basis"] {
		case "law":
			return "noted what a law asks of a project"
		case "habit":
			return "noted what a habit asks of a project"
		}
		return "noted what is asked of a project"
	}, project},
	{"requirement labelled", aboutProjects, func(t teller) string {
		switch t.Facts["basis"] {
		case "law":
			return "found out that what is asked of a project is the law"
		case "habit":
			return "found out that what is asked of a project is a habit"
		}
		return "found out that nobody knows which law asks something of a project"
	}, project},
	{"requirement settled", aboutProjects, func(t teller) string { return "noted that what was asked of a project was " + t.Facts["outcome"] }, project},
	{"risk sheet written", aboutProjects, func(t teller) string {
		if t.Facts["number"] == "1" {
			return "wrote a risk sheet"
		}
		return "went through a risk sheet again"
	}, func(t teller) string { return "/risks/" + t.Subject }},
	{"activity begun", aboutProjects, func(teller) string { return "began an activity" }, subject("/activities/")},
	{"session noted", aboutProjects, func(t teller) string {
		return "noted that an activity took place on " + t.day("on") + ", and that " + t.Facts["came"] + " came"
	}, func(t teller) string { return "/activities/" + t.Facts["activity"] }},
	{"activity turned", aboutProjects, func(t teller) string {
		return strings.TrimSuffix("noted that an activity is "+t.Facts["kind"]+" "+others(t), " ")
	}, subject("/activities/")},
	{"link shared", aboutProjects, func(t teller) string { return "shared a page with somebody outside, until " + t.day("until") }, at("/shares")},
	{"link ended", aboutProjects, func(teller) string { return "took back a page that was shared with somebody outside" }, at("/shares")},
}

// others is by whom an activity is run or copied, where that is known here.
func others(t teller) string {
	switch {
	case t.Facts["kind"] == "stopped":
		return ""
	case t.Facts["organisation"] != "":
		return t.organisation(t.Facts["organisation"])
	}
	return "somebody else"
}

// project is the address of the project that an event is about.
func project(t teller) string { return "/projects/" + t.Facts["project"] }
