package web

import (
	"context"
	"io"
	"slices"

	"github.com/a-h/templ"
)

// A Link is words that lead somewhere.
type Link struct{ Text, Href string }

// A NavItem is one entry of the main menu.
type NavItem struct {
	Text, Href string
	Current    bool

	holders bool // only for who holds the area's money
}

// Who is the person signed in, and the hat that is on.
type Who struct {
	Name     string
	Initials string
	Role     string // "chair, Tanners Reach"
	Href     string // where the hat is changed; empty when there is no such page
}

// hat is the person and the hat that is on: "Denise Okafor, chair, Tanners Reach".
func (w Who) hat() string {
	if w.Role == "" {
		return w.Name
	}
	return w.Name + ", " + w.Role
}

// A Shell is all that the frame around a page says. The page's content brings
// its own h1, in the words of Title.
type Shell struct {
	Title         string // the h1's words; the caller puts "Error: " in front when a form is wrong
	Service       Link   // the area, organisation or programme, with its address
	Nav           []NavItem
	Who           *Who   // nil when nobody is signed in
	Crumbs        []Link // where the depth is 2 or more; the last is the page itself
	Notice        string // said once, after something was done
	Demonstration bool   // everything here is invented
	Day           string // "Wednesday 14 October 2026"
	Help          string // who to ask; kind words stand in when it is empty
	NoIndex       bool   // not for search engines

	now *areaNow // nil outside an area
}

// areaNow is what is asked once, as a page is drawn.
type areaNow struct {
	ask   func(context.Context) (AreaNow, error)
	asked bool
	is    AreaNow
	err   error
}

func (n *areaNow) of(ctx context.Context) (AreaNow, error) {
	if n == nil {
		return AreaNow{}, nil
	}
	if !n.asked {
		n.is, n.err = n.ask(ctx)
		n.asked = true
	}
	return n.is, n.err
}

// navigation is the main menu, with what is in it for who looks.
func (s Shell) navigation() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if slices.ContainsFunc(s.Nav, func(i NavItem) bool { return i.holders }) {
			now, err := s.now.of(ctx)
			if err != nil {
				return err
			}
			s.Nav = slices.DeleteFunc(slices.Clone(s.Nav), func(i NavItem) bool { return i.holders && !now.Holds })
		}
		if s.Service.Text == "" && len(s.Nav) == 0 {
			return nil
		}
		return serviceNavigation(s).Render(ctx, w)
	})
}

// closedLine says that the area is closed for a while, where it is.
func (s Shell) closedLine() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		now, err := s.now.of(ctx)
		if err != nil || now.Closed.Text == "" {
			return err
		}
		return closedNow(now.Closed).Render(ctx, w)
	})
}

// headTitle is what a browser's tab says: the page, where it is, and the name of the whole.
func (s Shell) headTitle() string {
	title := s.Title
	for _, part := range []string{s.Service.Text, "Common Table"} {
		if part == "" || part == s.Title {
			continue
		}
		if title != "" {
			title += " – "
		}
		title += part
	}
	return title
}

// brandHref is where the brand leads: to the service whose pages these are, or the front door.
func (s Shell) brandHref() string {
	if s.Who != nil && s.Service.Href != "" {
		return s.Service.Href
	}
	return "/"
}

// printHead heads the page on paper: whose it is, and of which day.
func (s Shell) printHead() string {
	if s.Service.Text == "" || s.Day == "" {
		return s.Service.Text + s.Day
	}
	return s.Service.Text + " · " + s.Day
}

func (s Shell) help() string {
	if s.Help != "" {
		return s.Help
	}
	return "Ask someone you know in your partnership, or your adviser. There are no silly questions."
}

// text writes words and nothing else. Where templ's own expression ends a line,
// a space is written after it, which shows in links and tests.
func text(words string) templ.Component { return templ.Raw(templ.EscapeString(words)) }
