// Package calendar writes calendars that other programs read (iCalendar, RFC
// 5545), in London time, and knows the bank holidays of England and Wales.
//
// What is written is in the order in which it was given and of nothing but what
// was given, so that two programs write the same bytes.
package calendar

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"commontable/internal/date"
)

// London is where the people of every area are.
var London = func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC // as near as can be without the tables of zones
	}
	return l
}()

// A Calendar is a list of events under a name.
type Calendar struct {
	Name   string
	Events []Event
}

// An Event is one thing that happens: at a time, or all of a day.
type Event struct {
	UID      string    // the same for as long as it is the same event
	Sequence int64     // how often it was changed
	Changed  time.Time // when last
	Starts   time.Time // zero for a thing of whole days
	Ends     time.Time
	Day      date.Date // the first of whole days
	Until    date.Date // the first day after them; zero: it is one day
	Title    string
	Words    string
	Where    string
	Link     string // an address
	Off      bool   // called off
}

// MediaType is what a calendar is sent as.
const MediaType = "text/calendar; charset=utf-8"

// Write writes the calendar.
func (c Calendar) Write(out io.Writer) error {
	w := &writer{out: out}
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", "-//Common Table//Common Table//EN")
	w.line("CALSCALE", "GREGORIAN")
	w.line("METHOD", "PUBLISH")
	w.text("X-WR-CALNAME", c.Name)
	w.line("X-WR-TIMEZONE", "Europe/London")
	w.line("REFRESH-INTERVAL;VALUE=DURATION", "PT6H")
	w.zone()
	for _, e := range c.Events {
		w.event(e)
	}
	w.line("END", "VCALENDAR")
	return w.err
}

type writer struct {
	out io.Writer
	err error
}

// zone is London's clock: an hour ahead from the last Sunday of March to the last
// of October. It has been so since 1996.
func (w *writer) zone() {
	w.line("BEGIN", "VTIMEZONE")
	w.line("TZID", "Europe/London")
	w.line("BEGIN", "DAYLIGHT")
	w.line("DTSTART", "19960331T010000")
	w.line("RRULE", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU")
	w.line("TZOFFSETFROM", "+0000")
	w.line("TZOFFSETTO", "+0100")
	w.line("TZNAME", "BST")
	w.line("END", "DAYLIGHT")
	w.line("BEGIN", "STANDARD")
	w.line("DTSTART", "19961027T020000")
	w.line("RRULE", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU")
	w.line("TZOFFSETFROM", "+0100")
	w.line("TZOFFSETTO", "+0000")
	w.line("TZNAME", "GMT")
	w.line("END", "STANDARD")
	w.line("END", "VTIMEZONE")
}

func (w *writer) event(e Event) {
	w.line("BEGIN", "VEVENT")
	w.text("UID", e.UID)
	w.line("DTSTAMP", e.Changed.UTC().Format("20060102T150405Z"))
	w.line("LAST-MODIFIED", e.Changed.UTC().Format("20060102T150405Z"))
	w.line("SEQUENCE", fmt.Sprint(e.Sequence))
	if e.Starts.IsZero() {
		until := e.Until
		if until.IsZero() {
			until = e.Day.AddDays(1)
		}
		w.line("DTSTART;VALUE=DATE", wholeDay(e.Day))
		w.line("DTEND;VALUE=DATE", wholeDay(until))
		w.line("TRANSP", "TRANSPARENT")
	} else {
		w.line("DTSTART;TZID=Europe/London", inLondon(e.Starts))
		w.line("DTEND;TZID=Europe/London", inLondon(e.Ends))
	}
	w.text("SUMMARY", e.Title)
	if e.Words != "" {
		w.text("DESCRIPTION", e.Words)
	}
	if e.Where != "" {
		w.text("LOCATION", e.Where)
	}
	if e.Link != "" {
		w.line("URL", e.Link)
	}
	status := "CONFIRMED"
	if e.Off {
		status = "CANCELLED"
	}
	w.line("STATUS", status)
	w.line("END", "VEVENT")
}

func inLondon(t time.Time) string { return t.In(London).Format("20060102T150405") }

func wholeDay(d date.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

var escapes = strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\r\n", "\\n", "\n", "\\n", "\r", "\\n")

// text writes a line of words that people wrote (RFC 5545, 3.3.11).
func (w *writer) text(name, words string) {
	w.line(name, strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, escapes.Replace(strings.ToValidUTF8(words, ""))))
}

// line writes one content line, folded so that none is longer than 75 octets and
// no letter is torn (RFC 5545, 3.1).
func (w *writer) line(name, value string) {
	if w.err != nil {
		return
	}
	var b strings.Builder
	rest := name + ":" + strings.NewReplacer("\r", "", "\n", "").Replace(value)
	for most := 75; len(rest) > most; most = 74 {
		at := most
		for !utf8.RuneStart(rest[at]) {
			at--
		}
		b.WriteString(rest[:at] + "\r\n ")
		rest = rest[at:]
	}
	_, w.err = io.WriteString(w.out, b.String()+rest+"\r\n")
}
