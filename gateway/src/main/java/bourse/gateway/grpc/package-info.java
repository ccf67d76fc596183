/** The wire: servers, limits, services, and the calls that pass bytes on. Thread: network. */
package bourse.gateway.grpc;
