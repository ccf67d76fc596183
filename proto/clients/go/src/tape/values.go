package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

var (
	oneName    = regexp.MustCompile(`^\$(\w+)(?:\+(\d+))?$`)
	quotedName = regexp.MustCompile(`"\$[^"]+"`)
)

// variables has what a tape knows by name.
type variables map[string]string

// value is that of $name or $name+5, or the text itself; not known for a name that has no value yet.
func (v variables) value(text string) (value string, known bool) {
	match := oneName.FindStringSubmatch(text)
	if match == nil {
		return text, true
	}
	value, known = v[match[1]]
	if !known || match[2] == "" {
		return value, known
	}
	base, _ := strconv.ParseUint(value, 10, 64)
	more, _ := strconv.ParseUint(match[2], 10, 64)
	return strconv.FormatUint(base+more, 10), true
}

// parse fills a message from JSON with the names' values in it.
func (v variables) parse(text string, message proto.Message) error {
	return protojson.Unmarshal([]byte(quotedName.ReplaceAllStringFunc(text, func(quoted string) string {
		value, _ := v.value(strings.Trim(quoted, `"`))
		return strconv.Quote(value)
	})), message)
}

// check returns nil when everything that is expected is there; a name without a value takes what is there.
func (v variables) check(expected, actual any, where string) error {
	switch expected := expected.(type) {
	case map[string]any:
		fields, _ := actual.(map[string]any)
		if fields == nil {
			return fmt.Errorf("%s: missing", where)
		}
		for key, child := range expected {
			if err := v.check(child, fields[key], where+"."+key); err != nil {
				return err
			}
		}
	case []any:
		elements, _ := actual.([]any)
		if len(elements) != len(expected) {
			return fmt.Errorf("%s: %d (expected: %d): %v", where, len(elements), len(expected), actual)
		}
		for i, child := range expected {
			if err := v.check(child, elements[i], fmt.Sprintf("%s[%d]", where, i)); err != nil {
				return err
			}
		}
	default:
		found := scalar(actual)
		wanted, known := v.value(scalar(expected))
		switch {
		case !known && found == "":
			v[scalar(expected)[1:]] = "0"
		case !known:
			v[scalar(expected)[1:]] = found
		case found == "" && (wanted == "0" || wanted == "false" || strings.HasSuffix(wanted, "_UNSPECIFIED")):
			// What protobuf's JSON leaves out.
		case found != wanted:
			return fmt.Errorf("%s: %s (expected: %s)", where, found, wanted)
		}
	}
	return nil
}

func scalar(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}

// tree is JSON as maps, lists and scalars, with numbers as they are written.
func tree(text string) (any, error) {
	var value any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	err := decoder.Decode(&value)
	return value, err
}

// fields is a message as a tree, with the names of the .proto file.
func fields(message proto.Message) map[string]any {
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(message)
	if err != nil {
		panic(err) // what protobuf decoded, it can write
	}
	value, err := tree(string(text))
	if err != nil {
		panic(err)
	}
	return value.(map[string]any)
}
