package demo

import (
	"cmp"

	"commontable/internal/relationship"
)

// longAgo are times at which those of the richly shown area were in touch in its
// earlier years, by the short name of with whom: each of the twelve years has some.
var longAgo = map[string][]told{
	"Ward councillors": {
		{on: "2015-02-19", how: "met", news: "both", words: "Councillor Moss came to the second meeting, and said little. She stayed to wash up."},
		{on: "2017-01-24", how: "met", news: "good", words: "She read our budget letter out, word for word."},
		{on: "2018-03-06", how: "phoned", news: "good", words: "She rang to say which evening the budget is voted on."},
		{on: "2020-04-02", how: "phoned", news: "good", words: "She has numbers of people who live alone. We rang them all."},
	},
	"Council parks": {
		{on: "2016-06-08", how: "wrote", news: "not so good", words: "A letter about the playground came back without an answer.", seen: relationship.SeenByKeepers},
		{on: "2017-05-16", how: "met", news: "good", words: "Alan Price came to look at the field, after two years. He brought a map."},
		{on: "2018-06-14", how: "event", news: "good", words: "The opening of the Hub. Alan stayed for tea."},
		{on: "2020-06-10", how: "walkabout", news: "good", words: "Round the playing field two metres apart. Karen marked where benches could be."},
	},
	"Town council":      {{on: "2016-09-20", how: "met", news: "good", words: "The clerk offered us half a page in their newsletter."}, {on: "2019-10-15", how: "wrote", news: "both", words: "They moved our page to the back. We asked, and it moved forward."}},
	"Open Door food":    {{on: "2016-02-12", how: "met", news: "good", words: "Their first Friday in our hall."}, {on: "2020-03-27", how: "phoned", news: "both", words: "Twice as many parcels as last week. We lent our van."}},
	"St Aidan’s school": {{on: "2015-09-22", how: "met", news: "good", words: "The new head asked what the school could do for the street."}, {on: "2018-07-10", how: "event", news: "good", words: "The summer fair, the first that was for everybody."}},
	"Jobcentre":         {{on: "2017-03-14", how: "met", news: "both", words: "A work coach will sit in the library on Tuesdays."}},
	"College":           {{on: "2017-09-19", how: "met", news: "good", words: "Their first class here: eleven people, and a waiting list."}},
	"Police team":       {{on: "2016-04-11", how: "walkabout", news: "good", words: "Round the estate with the new team."}, {on: "2021-11-02", how: "phoned", news: "not so good", words: "Fireworks again. They came, an hour late, and said why."}},
}

// whole is all that is told of a bond, the earlier years first.
func (b bond) whole() []told {
	return append(append([]told(nil), longAgo[cmp.Or(b.short, b.who)]...), b.story...)
}
