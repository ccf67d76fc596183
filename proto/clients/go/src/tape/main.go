// Plays a conformance tape (proto/conformance/README.md) against a running venue; prints one line a case.
//
//	make && BOURSE_TOKEN=$(../../../bourse token --account 7) build/tape ../../conformance/order-entry.tape [SYMBOL]
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("usage: tape FILE [SYMBOL]")
	}
	symbol := "DEMO"
	if len(os.Args) > 2 {
		symbol = os.Args[2]
	}
	tape, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	player, err := newPlayer(context.Background(), symbol)
	if err != nil {
		log.Fatal(err)
	}
	failed, err := play(tape, player)
	if err != nil {
		log.Fatal(err)
	}
	if failed > 0 {
		os.Exit(1)
	}
}

// play plays each case to its first false line, and returns how many have one.
func play(tape io.Reader, player *player) (failed int, err error) {
	name, playing := "", false
	end := func() {
		if playing {
			fmt.Println("ok", name)
		}
		playing = false
		player.endCase()
	}
	lines := bufio.NewScanner(tape)
	lines.Buffer(nil, 1<<20)
	for number := 1; lines.Scan(); number++ {
		verb, rest := cut(lines.Text())
		switch {
		case verb == "case":
			end()
			name, playing = rest, true
		case playing && verb != "" && verb[0] != '#':
			if err := player.play(verb, rest); err != nil {
				fmt.Printf("not ok %s: line %d: %v\n", name, number, err)
				playing = false
				failed++
			}
		}
	}
	end()
	return failed, lines.Err()
}

// cut takes the first word off a line.
func cut(line string) (word, rest string) {
	word, rest, _ = strings.Cut(strings.TrimSpace(line), " ")
	return word, strings.TrimSpace(rest)
}
