/** What the event stream adds up to, and the life of the streams that listen to it. Hot path where a class says so. Thread: the agent. */
package bourse.gateway.session;
