/** From protobuf to the SBE batch that the log takes. Hot path. Thread: network, up to the ring. No allocation after start. */
package bourse.gateway.ingress;
