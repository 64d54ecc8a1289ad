package partnershipweb

import (
	"commontable/internal/partnership"
	"commontable/internal/web"
)

func roomTools(d roomData) []web.Tool {
	tools := []web.Tool{{Icon: "down", Text: "Download as a spreadsheet", Href: d.CSV}}
	if d.Interests != "" {
		tools = append(tools, web.Tool{Icon: "info", Text: "Interests that people told us of", Href: d.Interests})
	}
	if d.History != "" {
		tools = append(tools, web.Tool{Icon: "people", Text: "Everybody who was here", Href: d.History})
	}
	if d.Asked != "" {
		tools = append(tools, web.Tool{Icon: "people", Text: "Who was asked to come", Href: d.Asked})
	}
	if d.Mine != "" {
		tools = append(tools, web.Tool{Icon: "pen", Text: "Your own entry", Href: d.Mine})
	}
	return tools
}

func addLink(d roomData) web.Link {
	if d.Add == "" {
		return web.Link{}
	}
	return web.Link{Text: "Add somebody to the list", Href: d.Add}
}

func chosen(yes bool) []string {
	if yes {
		return []string{"yes"}
	}
	return nil
}

var kindHints = map[partnership.Kind]string{
	partnership.Resident:    "Lives here, and has a vote",
	partnership.NonResident: "Does not live here, and has a vote: somebody from a church, a school or an agency",
	partnership.Councillor:  "What part councillors have is in how we decide",
	partnership.Friend:      "Comes along and helps, without a vote",
	partnership.Worker:      "Is paid to help, without a vote. The worker’s hat is given by the programme",
	partnership.LTO:         "Comes for the organisation that holds our money, without a vote",
}

func kindOptions() []web.Option {
	var all []web.Option
	for _, k := range partnership.Kinds() {
		all = append(all, web.Option{Value: string(k), Text: capital(k.Words()), Hint: kindHints[k]})
	}
	return all
}

func officeOptions() []web.Option {
	var all []web.Option
	for _, o := range partnership.Offices() {
		all = append(all, web.Option{Value: string(o), Text: capital(o.Words())})
	}
	return all
}
