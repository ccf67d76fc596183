package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	orderv1 "bourse/order/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"venue"
)

const patience = 10 * time.Second

// stream keeps what comes, each kind by itself, until the tape asks for it.
type stream struct {
	// Of the sending half; a drop copy has none.
	session orderv1.OrderEntry_SessionClient
	cut     context.CancelFunc

	monitor  venue.Monitor
	events   []any
	controls []any
	ends     []error
	applied  uint64
}

func openSession(ctx context.Context, client orderv1.OrderEntryClient) (*stream, error) {
	ctx, cancel := context.WithCancel(ctx)
	call, err := client.Session(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	s := &stream{session: call, cut: cancel}
	go s.readSession()
	return s, nil
}

func openCopy(ctx context.Context, client orderv1.DropCopyClient, request *orderv1.DropCopySubscribeRequest) (*stream, error) {
	ctx, cancel := context.WithCancel(ctx)
	call, err := client.Subscribe(ctx, request)
	if err != nil {
		cancel()
		return nil, err
	}
	s := &stream{cut: cancel}
	go s.readCopy(call)
	return s, nil
}

func (s *stream) readSession() {
	for {
		frame, err := s.session.Recv()
		s.monitor.Do(func() {
			if err != nil {
				s.ends = append(s.ends, err)
				return
			}
			s.addEvents(frame.FirstAccountSeq, frame.Events)
			for _, duplicate := range frame.Duplicates {
				s.controls = append(s.controls, map[string]any{"duplicate": fields(duplicate)})
			}
			s.addControl(frame)
			if frame.AppliedClientSeq > s.applied {
				s.applied = frame.AppliedClientSeq
			}
		})
		if err != nil {
			return
		}
	}
}

func (s *stream) readCopy(call orderv1.DropCopy_SubscribeClient) {
	for {
		frame, err := call.Recv()
		s.monitor.Do(func() {
			if err != nil {
				s.ends = append(s.ends, err)
				return
			}
			s.addEvents(frame.FirstAccountSeq, frame.Events)
			if frame.SnapshotRequired != nil {
				s.controls = append(s.controls, map[string]any{"snapshot_required": fields(frame.SnapshotRequired)})
			}
		})
		if err != nil {
			return
		}
	}
}

func (s *stream) addEvents(accountSeq uint64, events []*orderv1.Event) {
	for _, event := range events {
		value := fields(event)
		value["account_seq"] = strconv.FormatUint(accountSeq, 10)
		s.events = append(s.events, value)
		accountSeq++
	}
}

// addControl keeps the control message of a frame, under its field's name, but for the venue's own heartbeats.
func (s *stream) addControl(frame *orderv1.ServerFrame) {
	if frame.Control == nil || frame.GetHeartbeat() != nil && frame.GetHeartbeat().ClientTimeNs == 0 {
		return
	}
	message := frame.ProtoReflect()
	kind := message.WhichOneof(message.Descriptor().Oneofs().ByName("control"))
	s.controls = append(s.controls, map[string]any{string(kind.Name()): fields(message.Get(kind).Message().Interface())})
}

func (s *stream) event() (any, error) {
	return take(&s.monitor, &s.events, "event")
}

func (s *stream) control() (any, error) {
	return take(&s.monitor, &s.controls, "control message")
}

// end is the error by which the stream ended; io.EOF when that was in order.
func (s *stream) end() (error, error) {
	return take(&s.monitor, &s.ends, "end")
}

func (s *stream) awaitApplied(clientSeq uint64) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	applied := uint64(0)
	if s.monitor.Await(ctx, func() bool { applied = s.applied; return applied >= clientSeq }) != nil {
		return fmt.Errorf("applied: %d (expected: %d)", applied, clientSeq)
	}
	return nil
}

// flood sends cancellations of orders that never were, waits until all are applied, and forgets their events.
func (s *stream) flood(first, count uint64) error {
	const batchCommands = 500
	cancel := &orderv1.Command{Command: &orderv1.Command_Cancel{Cancel: &orderv1.Cancel{OrderId: 1 << 62}}}
	batch := &orderv1.Batch{}
	for clientSeq := first; clientSeq < first+count; clientSeq++ {
		if len(batch.Commands) == 0 {
			batch.FirstClientSeq = clientSeq
		}
		batch.Commands = append(batch.Commands, cancel)
		if len(batch.Commands) == batchCommands || clientSeq == first+count-1 {
			_ = s.session.Send(&orderv1.ClientFrame{Frame: &orderv1.ClientFrame_Batch{Batch: batch}})
			batch = &orderv1.Batch{}
		}
	}
	err := s.awaitApplied(first + count - 1)
	s.monitor.Do(func() { s.events = nil })
	return err
}

// take takes the first of what waits, or waits for it.
func take[T any](monitor *venue.Monitor, waiting *[]T, what string) (first T, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err = monitor.Await(ctx, func() bool {
		if len(*waiting) == 0 {
			return false
		}
		first, *waiting = (*waiting)[0], (*waiting)[1:]
		return true
	})
	if err != nil {
		err = fmt.Errorf("no %s within %v", what, patience)
	}
	return first, err
}

// checkEnd returns nil when a call or stream ended with this status and, where one is given, this reason.
func checkEnd(end error, code, reason string) error {
	if end == io.EOF {
		end = nil
	}
	var expected codes.Code
	if err := expected.UnmarshalJSON([]byte(strconv.Quote(code))); err != nil {
		return err
	}
	found := status.Convert(end)
	foundReason := ""
	for _, detail := range found.Details() {
		if info, is := detail.(*errdetails.ErrorInfo); is {
			foundReason = info.Reason
		}
	}
	if found.Code() != expected || reason != "" && foundReason != reason {
		return fmt.Errorf("status: %v %s %s (expected: %s %s)", found.Code(), foundReason, found.Message(), code, reason)
	}
	return nil
}
