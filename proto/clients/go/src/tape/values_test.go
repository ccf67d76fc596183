package main

import (
	"strings"
	"testing"

	orderv1 "bourse/order/v1"
)

func TestCheck(t *testing.T) {
	actual := map[string]any{"client_seq": "4", "accepted": map[string]any{"order_id": "77", "resting": true}, "list": []any{"a"}}
	for _, test := range []struct {
		name, expected, problem string
	}{
		{"a part is enough", `{"client_seq": "4"}`, ""},
		{"another value", `{"client_seq": "5"}`, "event.client_seq: 4 (expected: 5)"},
		{"a message inside", `{"accepted": {"resting": true}}`, ""},
		{"another value inside", `{"accepted": {"resting": false}}`, "event.accepted.resting: true (expected: false)"},
		{"a message that is not there", `{"rejected": {}}`, "event.rejected: missing"},
		{"a field that is missing is 0", `{"session_id": "0", "too_old": false, "reason": "REJECT_REASON_UNSPECIFIED"}`, ""},
		{"a field that is missing is not 1", `{"session_id": "1"}`, "event.session_id:  (expected: 1)"},
		{"as many elements", `{"list": ["a"]}`, ""},
		{"fewer elements", `{"list": []}`, "event.list: 1 (expected: 0)"},
		{"more elements", `{"list": ["a", "b"]}`, "event.list: 1 (expected: 2)"},
		{"a name", `{"client_seq": "$four"}`, ""},
		{"a sum", `{"client_seq": "$three+1"}`, ""},
		{"another sum", `{"client_seq": "$four+1"}`, "event.client_seq: 4 (expected: 5)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			expected, err := tree(test.expected)
			if err != nil {
				t.Fatal(err)
			}
			err = variables{"three": "3", "four": "4"}.check(expected, actual, "event")
			if problem := errorText(err); !strings.HasPrefix(problem, test.problem) || test.problem == "" && err != nil {
				t.Errorf("%q (expected: %q)", problem, test.problem)
			}
		})
	}
}

func TestCheckTakesWhatANewNameFinds(t *testing.T) {
	known := variables{}
	expected, err := tree(`{"order_id": "$order", "leaves": "$leaves"}`)
	if err != nil {
		t.Fatal(err)
	}
	if err := known.check(expected, map[string]any{"order_id": "77"}, "event"); err != nil {
		t.Fatal(err)
	}
	if known["order"] != "77" || known["leaves"] != "0" {
		t.Errorf("%v (expected: order 77, leaves 0)", known)
	}
}

func TestParseFillsInNames(t *testing.T) {
	var frame orderv1.ClientFrame
	known := variables{"session": "1700000000000", "instrument": "3"}
	err := known.parse(`{"batch": {"first_client_seq": "$session+2", "commands": [{"mass_cancel": {"instrument_id": "$instrument"}}]}}`, &frame)
	if err != nil {
		t.Fatal(err)
	}
	batch := frame.GetBatch()
	if batch.FirstClientSeq != 1700000000002 || batch.Commands[0].GetMassCancel().InstrumentId != 3 {
		t.Errorf("%v", batch)
	}
}

func TestFieldsHaveTheProtosNamesAndWholeNumbers(t *testing.T) {
	value := fields(&orderv1.EstablishAck{SessionId: 1<<63 - 1, KeepaliveMs: 100})
	if scalar(value["session_id"]) != "9223372036854775807" || scalar(value["keepalive_ms"]) != "100" {
		t.Errorf("%v", value)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
