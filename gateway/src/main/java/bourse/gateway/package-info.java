/**
 * Order entry over gRPC, before the engine's log and events.
 *
 * <pre>
 *   client ──► grpc ──► auth ──► grpc.SessionCall ──► ingress ──► ring ──► session.GatewayAgent ──► CommandLog
 *          ◄── grpc ◄── egress.Outlet ◄─────────── session.EventRouter ◄── session.GatewayAgent ◄── EventSource
 *
 *   network threads: decode, admit, send          agent: one thread; fold, route, encode, replay
 * </pre>
 *
 * <p>{@link bourse.gateway.Gateway} is the entry point. The packages in the order in which an order meets them: {@code auth} decides who
 * speaks, {@code session} whose turn it is, {@code ingress} turns protobuf into one SBE batch, {@code egress} turns events into
 * frames, {@code grpc} is the wire. {@code refusal} holds what a stream can end with, {@code telemetry} what is counted.
 */
package bourse.gateway;
