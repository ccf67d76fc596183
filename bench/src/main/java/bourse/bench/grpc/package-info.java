/**
 * The rungs through gRPC: the standard generated stubs against a venue in a process of its own, on the same machine. The load thread and the
 * channel's thread are the client; its cost is stated, and the server's CPU time and allocation are read from outside.
 */
package bourse.bench.grpc;
