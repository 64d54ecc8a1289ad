package projectweb

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"commontable/internal/date"
	"commontable/internal/fault"
	"commontable/internal/web"
)

// filled are the fields as they were filled in, and what is wrong with them.
type filled struct {
	values url.Values
	wrong  fault.Invalid
}

func (f filled) text(name, label, hint string) templ.Component {
	return web.TextField{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name)}
}

func (f filled) count(name, label, hint string) templ.Component {
	return web.TextField{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name), InputMode: "numeric", Width: "5"}
}

func (f filled) area(name, label, hint string, most int) templ.Component {
	return web.TextArea{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name), Rows: 4, Max: most}
}

func (f filled) date(name, label, hint string) templ.Component {
	return web.DateField{
		Name: name, Label: label, Hint: hint, Error: f.wrong.For(name),
		Day: f.values.Get(name + "-day"), Month: f.values.Get(name + "-month"), Year: f.values.Get(name + "-year"),
	}
}

func (f filled) radios(name, label, hint string, options ...web.Option) templ.Component {
	return web.Radios{Name: name, Label: label, Hint: hint, Value: f.values.Get(name), Error: f.wrong.For(name), Options: options}
}

func (f filled) boxes(name, label, hint string, options ...web.Option) templ.Component {
	return web.Checkboxes{Name: name, Label: label, Hint: hint, Values: f.values[name], Error: f.wrong.For(name), Options: options}
}

func (f filled) choose(name, label string, options []web.Option) templ.Component {
	return web.Select{Name: name, Label: label, Value: f.values.Get(name), Error: f.wrong.For(name), Options: options}
}

// setDate begins a day's boxes with a day.
func setDate(v url.Values, name string, day date.Date) {
	if !day.IsZero() {
		v.Set(name+"-day", strconv.Itoa(day.Day()))
		v.Set(name+"-month", strconv.Itoa(int(day.Month())))
		v.Set(name+"-year", strconv.Itoa(day.Year()))
	}
}

// dateBoxes are a day in its three boxes.
func dateBoxes(day date.Date) [3]string {
	return [3]string{strconv.Itoa(day.Day()), strconv.Itoa(int(day.Month())), strconv.Itoa(day.Year())}
}
