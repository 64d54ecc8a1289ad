package db_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"commontable/internal/db"
	"commontable/internal/db/dbtest"
)

// fewestQueries is far below how many there are: it only notices that the test
// no longer finds them.
const fewestQueries = 60

var isQuery = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s`)

// Every query in the source is one that both databases understand, tables,
// columns and types included. A query is a constant: nothing that somebody
// typed can become a part of it.
func TestEveryQueryIsPrepared(t *testing.T) {
	t.Parallel()
	source := readSource(t, "../..")
	for _, w := range source.wrong {
		t.Error(w)
	}
	if n := len(source.queries); n < fewestQueries {
		t.Errorf("found %d queries in the source, want at least %d: does the test still find them?", n, fewestQueries)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, q := range source.queries {
			if err := d.Prepare(t.Context(), q.text); err != nil {
				t.Errorf("%s: %v\n%s", q.at, err, q.text)
			}
		}
	})
}

// The test above would find nothing wrong if it could not.
func TestAWrongQueryIsFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, q := range []string{
			`SELECT no_such_column FROM people`,
			`INSERT INTO no_such_table (id) VALUES ($1)`,
			`UPDATE people SET name = $1 WHEN id = $2`,
		} {
			if err := d.Prepare(t.Context(), q); err == nil {
				t.Errorf("%s: prepared, want it refused", q)
			}
		}
	})
	for name, text := range map[string]string{
		"put together as it runs": `package p; func f(s string) { db.Each(ctx, tx, nil, "SELECT " + s) }`,
		"a variable":              `package p; func f(s string) { tx.Exec(ctx, s) }`,
		"formatted":               `package p; func f(s string) { db.One(ctx, tx, nil, fmt.Sprintf("SELECT %s", s)) }`,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "p.go", text, 0)
		if err != nil {
			t.Fatal(err)
		}
		s := &source{files: token.NewFileSet(), consts: map[string]ast.Expr{}}
		s.read(file)
		if len(s.wrong) == 0 {
			t.Errorf("a query that is %s: found nothing wrong", name)
		}
	}
}

type query struct{ at, text string }

// A source is what was read of the program.
type source struct {
	files   *token.FileSet
	consts  map[string]ast.Expr // of the package that is being read
	queries []query
	wrong   []string
}

// readSource reads all packages below internal, but for the database's own: it
// asks for versions and makes databases, which is not one text for both.
func readSource(t *testing.T, root string) *source {
	t.Helper()
	s := &source{files: token.NewFileSet()}
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if d.Name() == "db" || d.Name() == "testdata" {
			return filepath.SkipDir
		}
		return s.readPackage(path)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *source) readPackage(folder string) error {
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return err
	}
	var files []*ast.File
	s.consts = map[string]ast.Expr{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(s.files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, file)
		s.keepConsts(file)
	}
	for _, file := range files {
		s.read(file)
	}
	return nil
}

// keepConsts keeps the constants of a file by their names, those within
// functions too.
func (s *source) keepConsts(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		d, ok := n.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			return true
		}
		for _, spec := range d.Specs {
			v := spec.(*ast.ValueSpec)
			for i, name := range v.Names {
				if i < len(v.Values) {
					s.consts[name.Name] = v.Values[i]
				}
			}
		}
		return true
	})
}

// read finds the queries of a file, and the calls whose query is none.
func (s *source) read(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			s.checkCall(call)
		}
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		text, constant := s.value(e)
		if constant && isQuery.MatchString(text) {
			s.queries = append(s.queries, query{s.files.Position(e.Pos()).String(), text})
		}
		return !constant
	})
}

// checkCall looks at calls of db.All, db.One, db.Each and of a transaction's Exec.
func (s *source) checkCall(call *ast.CallExpr) {
	f := call.Fun
	if g, ok := f.(*ast.IndexExpr); ok { // db.All[T]
		f = g.X
	}
	called, ok := f.(*ast.SelectorExpr)
	if !ok {
		return
	}
	at := -1
	of, _ := called.X.(*ast.Ident)
	switch called.Sel.Name {
	case "All", "AllOnce", "One", "OneOnce", "Each":
		if of != nil && of.Name == "db" {
			at = 3
		}
	case "Exec":
		at = 1
	}
	if at < 0 || len(call.Args) <= at {
		return
	}
	arg := call.Args[at]
	if name, ok := arg.(*ast.Ident); ok && name.Name == "query" {
		return // handed on: the caller's is looked at
	}
	if text, constant := s.value(arg); !constant || !isQuery.MatchString(text) {
		s.wrong = append(s.wrong, fmt.Sprintf("%s: the query of this call is not a constant", s.files.Position(arg.Pos())))
	}
}

// value works out a constant string: literals, the package's constants, and
// these put together.
func (s *source) value(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.ParenExpr:
		return s.value(e.X)
	case *ast.BinaryExpr:
		left, ok := s.value(e.X)
		if !ok || e.Op != token.ADD {
			return "", false
		}
		right, ok := s.value(e.Y)
		return left + right, ok
	case *ast.Ident:
		if c, ok := s.consts[e.Name]; ok {
			return s.value(c)
		}
	}
	return "", false
}
