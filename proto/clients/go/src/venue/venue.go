// Package venue has what a trader's program needs: a session that loses nothing when its connection breaks, and a book that follows the feed; by
// ORDER_ENTRY.md and MARKET_DATA.md.
package venue

import (
	"context"
	"os"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// Environment returns a variable of the environment, or what is to be taken where it is not set.
func Environment(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// Dial makes a connection without TLS; it is opened by the first call.
func Dial(address string) (*grpc.ClientConn, error) {
	// The snapshot of a large book exceeds the 4 MiB that grpc accepts by default.
	return grpc.Dial(address, grpc.WithInsecure(), grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
}

// WithToken puts the token on the calls made with the context.
func WithToken(ctx context.Context, token string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
}

// Monitor is a lock for whose changes one can wait until a context ends, as with sync.Cond one cannot. Its zero value is ready.
type Monitor struct {
	mutex   sync.Mutex
	changed chan struct{}
}

// Do does something under the lock, and wakes those who wait to look again.
func (m *Monitor) Do(something func()) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	something()
	if m.changed != nil {
		close(m.changed)
		m.changed = nil
	}
}

// Await returns nil when the condition holds, which is looked at under the lock, now and after each Do; else the context's error.
func (m *Monitor) Await(ctx context.Context, condition func() bool) error {
	for {
		holds, changed := m.look(condition)
		if holds {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (m *Monitor) look(condition func() bool) (bool, <-chan struct{}) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.changed == nil {
		m.changed = make(chan struct{})
	}
	return condition(), m.changed
}
