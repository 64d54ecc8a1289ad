package relationshipweb

import (
	"context"
	"strconv"
	"strings"

	"commontable/internal/access"
	"commontable/internal/area"
	"commontable/internal/date"
	"commontable/internal/db"
	"commontable/internal/relationship"
	"commontable/internal/web"
)

// Waiting lists what waits for who keeps an area's relationships: their own promises,
// questions whose turn is ours, and handovers that are open. In a closure nothing is
// said of it (openweb).
func Waiting(ctx context.Context, tx *db.Tx, by access.Actor, a area.Area, today date.Date) (todos []web.Todo, err error) {
	if by.May(access.PutForward, a.Place()) && !by.May(access.KeepRelationships, a.Place()) {
		return nil, nil
	}
	if !by.May(access.KeepRelationships, a.Place()) || by.Hat.Scope != access.InArea {
		return nil, nil
	}
	promises, err := relationship.Promises(ctx, tx, a.ID, "")
	if err != nil {
		return nil, err
	}
	others := 0
	for _, p := range promises {
		due := p.Due()
		if _, ended := p.End(); ended || due.IsZero() || today.AddDays(14).Before(due) {
			continue
		}
		if p.Side == relationship.Ours && (p.Person == by.Person || p.Person == "" && by.Hat.Role == access.Worker) {
			todos = append(todos, web.Todo{
				Icon: "dash", Title: p.What, Detail: "We said we would do it by " + byWhen(p) + ". If it takes longer, an honest word is enough.",
				Action: web.Link{Text: "Say what became of it", Href: promiseHref(a, p.ID)}, Hidden: ": " + p.What,
			})
		} else if p.Side == relationship.Theirs && due.Before(today) && by.Hat.Role == access.Worker {
			others++
		}
	}
	if others > 0 {
		todos = append(todos, web.Todo{Icon: "chat", Title: counted(others, "promise") + " of theirs to ask after", Detail: "Their day is past. A friendly question is enough.", Action: web.Link{Text: "See promises", Href: keptHref(a)}, Hidden: "of theirs"})
	}
	questions, err := relationship.Questions(ctx, tx, a.ID, "")
	if err != nil {
		return nil, err
	}
	ours := 0
	for _, q := range questions {
		if _, who := q.With(); q.Open() && (who == "" || strings.HasPrefix(q.Stands(), "Answered")) {
			ours++
		}
	}
	if ours > 0 && by.Hat.Role != access.Member {
		todos = append(todos, web.Todo{Icon: "chat", Title: counted(ours, "question") + " from residents", Detail: "Find out whose each is, or tell who asked what the answer is.", Action: web.Link{Text: "See questions", Href: askedHref(a)}, Hidden: "from residents"})
	}
	handovers, err := relationship.Handovers(ctx, tx, a.ID, "")
	if err != nil {
		return nil, err
	}
	noted, err := relationship.Changes(ctx, tx, a.ID, "")
	if err != nil {
		return nil, err
	}
	held, err := relationship.EveryHolder(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	if n := toLookAt(noted, held, handovers, today); n > 0 && by.Hat.Role != access.Member {
		todos = append(todos, web.Todo{
			Icon: "swap", Title: counted(n, "change") + " among those we work with", Detail: "Somebody leaves or is away, or there is an election. A handover keeps what we have.",
			Action: web.Link{Text: "See changes", Href: changesHref(a)}, Hidden: "among those we work with",
		})
	}
	for _, h := range handovers {
		if h.Open() && by.Hat.Role != access.Member {
			todos = append(todos, web.Todo{
				Icon: "swap", Title: "Handover: " + h.Between(), Detail: strconv.Itoa(h.Done()) + " of " + counted(len(h.Steps), "step") + " done, by " + h.ByWhen(),
				Action: web.Link{Text: "Tick something off", Href: handoverHref(a, h.ID)}, Hidden: ": " + h.Between(),
			})
		}
	}
	return todos, nil
}
