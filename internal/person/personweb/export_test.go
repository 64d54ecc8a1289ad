package personweb

import (
	"net/http"

	"commontable/internal/access"
	"commontable/internal/person"
	"commontable/internal/web"
)

// LetIn signs in a person as a link in a mail would.
func LetIn(site *web.Site, people *person.People, r *http.Request, who access.PersonID) error {
	_, err := pages{site: site, people: people}.beginSession(r, who, person.ByEmailLink)
	return err
}
