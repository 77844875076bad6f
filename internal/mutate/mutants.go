package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// mutant is one file with one place changed.
type mutant struct {
	pkg  *goPackage
	file string // from the root of the module, with slashes
	src  []byte // of the file, unchanged

	start, end int    // src[start:end] is replaced
	text       string // by this

	line, column int
	function     string // "Pool.Wait", "Map", or "-" outside of functions
	before       string // the line of start, without comment
	after        string // what becomes of it
	equal        bool   // equal.txt says that nothing observable changes
}

// source returns the changed file.
func (m *mutant) source() []byte {
	return bytes.Join([][]byte{m.src[:m.start], []byte(m.text), m.src[m.end:]}, nil)
}

// swaps are the operators that stand for each other's mistakes.
var swaps = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS,
	token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.LAND: token.LOR, token.LOR: token.LAND,
	token.ADD: token.SUB, token.SUB: token.ADD,
	token.MUL: token.QUO, token.QUO: token.MUL, token.REM: token.QUO,
	token.SHL: token.SHR, token.SHR: token.SHL,
	token.AND: token.OR, token.OR: token.AND, token.XOR: token.OR, token.AND_NOT: token.AND,

	token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
	token.MUL_ASSIGN: token.QUO_ASSIGN, token.QUO_ASSIGN: token.MUL_ASSIGN,
	token.SHL_ASSIGN: token.SHR_ASSIGN, token.SHR_ASSIGN: token.SHL_ASSIGN,
	token.AND_ASSIGN: token.OR_ASSIGN, token.OR_ASSIGN: token.AND_ASSIGN,
	token.XOR_ASSIGN: token.OR_ASSIGN, token.AND_NOT_ASSIGN: token.AND_ASSIGN,

	token.INC: token.DEC, token.DEC: token.INC,
	token.BREAK: token.CONTINUE, token.CONTINUE: token.BREAK,
}

var nameSwaps = map[string]string{"min": "max", "max": "min", "true": "false", "false": "true"}

// mutants returns all mutants of the packages, in the order of the source.
func (mod *module) mutants(packages []*goPackage) ([]*mutant, error) {
	var all []*mutant
	for _, p := range packages {
		for _, file := range p.GoFiles {
			src, err := os.ReadFile(filepath.Join(p.Dir, file))
			if err != nil {
				return nil, err
			}
			found, err := fileMutants(p.fileName(file), src)
			if err != nil {
				return nil, err
			}
			for _, m := range found {
				m.pkg = p
			}
			all = append(all, found...)
		}
	}
	return all, nil
}

// shuffled returns the mutants in the order in which seed takes them.
func shuffled(all []*mutant, seed uint64) []*mutant {
	order := rand.New(rand.NewPCG(seed, 0)).Perm(len(all))
	picked := make([]*mutant, len(all))
	for i, k := range order {
		picked[i] = all[k]
	}
	return picked
}

// maker collects the mutants of a file. What it makes is chosen by syntax
// alone, and may not compile.
type maker struct {
	name      string
	src       []byte
	plain     []byte // src with blanks for comments
	positions *token.File
	function  string
	signature *ast.FuncType // of the innermost function
	made      []*mutant
}

func fileMutants(name string, src []byte) ([]*mutant, error) {
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	mk := &maker{name: name, src: src, plain: bytes.Clone(src), positions: files.File(f.FileStart)}
	for _, group := range f.Comments {
		for _, c := range group.List {
			for i := mk.offset(c.Pos()); i < mk.offset(c.End()); i++ {
				if src[i] != '\n' {
					mk.plain[i] = ' '
				}
			}
		}
	}
	for _, decl := range f.Decls {
		mk.function = functionName(decl)
		mk.walk(decl)
	}
	return mk.made, nil
}

func functionName(decl ast.Decl) string {
	f, ok := decl.(*ast.FuncDecl)
	switch {
	case !ok:
		return "-"
	case f.Recv == nil:
		return f.Name.Name
	}
	typ := f.Recv.List[0].Type
	for {
		switch t := typ.(type) {
		case *ast.StarExpr:
			typ = t.X
		case *ast.IndexExpr:
			typ = t.X
		case *ast.IndexListExpr:
			typ = t.X
		case *ast.Ident:
			return t.Name + "." + f.Name.Name
		default:
			return f.Name.Name
		}
	}
}

// walk makes the mutants of a node and of all below it.
func (mk *maker) walk(root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Body != nil {
				mk.body(n.Type, n.Body)
			}
			return false
		case *ast.FuncLit:
			mk.body(n.Type, n.Body)
			return false
		case *ast.ImportSpec, *ast.Field: // names, types and tags
			return false
		case *ast.BinaryExpr:
			mk.swap(n.OpPos, n.Op)
		case *ast.AssignStmt:
			mk.swap(n.TokPos, n.Tok)
			if n.Tok == token.ASSIGN {
				mk.replace(n, "")
			}
		case *ast.IncDecStmt:
			mk.swap(n.TokPos, n.Tok)
		case *ast.BranchStmt:
			mk.swap(n.TokPos, n.Tok)
		case *ast.Ident:
			if other, ok := nameSwaps[n.Name]; ok {
				mk.replace(n, other)
			}
		case *ast.BasicLit:
			mk.constant(n)
		case *ast.IfStmt:
			mk.negate(n.Cond)
		case *ast.ReturnStmt:
			mk.noError(n)
		case *ast.DeferStmt:
			mk.replace(n, "")
		case *ast.ExprStmt:
			mk.dropCall(n)
		}
		return true
	})
}

func (mk *maker) body(signature *ast.FuncType, body *ast.BlockStmt) {
	outer := mk.signature
	mk.signature = signature
	mk.walk(body)
	mk.signature = outer
}

func (mk *maker) swap(at token.Pos, tok token.Token) {
	if other, ok := swaps[tok]; ok {
		start := mk.offset(at)
		mk.add(start, start+len(tok.String()), other.String())
	}
}

// constant makes n+1 and n-1 of n, and only 1 of 0, since -1 is seldom of a
// type that can hold it.
func (mk *maker) constant(lit *ast.BasicLit) {
	if lit.Kind != token.INT {
		return
	}
	n, err := strconv.ParseUint(lit.Value, 0, 64)
	if err != nil {
		return
	}
	if n+1 != 0 {
		mk.replace(lit, strconv.FormatUint(n+1, 10))
	}
	if n > 0 {
		mk.replace(lit, strconv.FormatUint(n-1, 10))
	}
}

// negate makes the opposite of a condition, unless the swap of its operator
// has made it already.
func (mk *maker) negate(cond ast.Expr) {
	switch c := cond.(type) {
	case *ast.BinaryExpr:
		if c.Op == token.EQL || c.Op == token.NEQ {
			return
		}
	case *ast.UnaryExpr:
		if c.Op == token.NOT {
			mk.replace(c, mk.text(c.X))
			return
		}
	}
	mk.replace(cond, "!("+mk.text(cond)+")")
}

// noError makes the last result nil where it is an error.
func (mk *maker) noError(ret *ast.ReturnStmt) {
	if mk.signature == nil || mk.signature.Results == nil || len(ret.Results) != mk.signature.Results.NumFields() {
		return
	}
	results := mk.signature.Results.List
	last := ret.Results[len(ret.Results)-1]
	if isName(results[len(results)-1].Type, "error") && !isName(last, "nil") {
		mk.replace(last, "nil")
	}
}

// dropCall leaves out a call whose result nobody reads. A panic is there for
// what must not happen, and no test can make it happen.
func (mk *maker) dropCall(s *ast.ExprStmt) {
	call, ok := s.X.(*ast.CallExpr)
	if ok && !isName(call.Fun, "panic") {
		mk.replace(s, "")
	}
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

func (mk *maker) offset(pos token.Pos) int { return mk.positions.Offset(pos) }

func (mk *maker) text(n ast.Node) string {
	return string(mk.src[mk.offset(n.Pos()):mk.offset(n.End())])
}

func (mk *maker) replace(n ast.Node, text string) {
	mk.add(mk.offset(n.Pos()), mk.offset(n.End()), text)
}

func (mk *maker) add(start, end int, text string) {
	at := mk.positions.Position(mk.positions.Pos(start))
	begin := bytes.LastIndexByte(mk.src[:start], '\n') + 1
	head := string(mk.plain[begin:start])
	mk.made = append(mk.made, &mutant{
		file: mk.name, src: mk.src,
		start: start, end: end, text: text,
		line: at.Line, column: at.Column,
		function: mk.function,
		before:   firstLine(head + string(mk.plain[start:])),
		after:    firstLine(head + text + string(mk.plain[end:])),
	})
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(line)
}
