/**
 * From events to protobuf frames, and the bounded queue before each client. Hot path. Threads:
 * the agent writes, network threads send. No allocation after start but for growth of the frame pool.
 */
package bourse.gateway.egress;
