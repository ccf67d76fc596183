/** Money and limits: what orders hold, what trades move, what an account may do. Hot path. Thread: engine. No allocation after start. */
package bourse.engine.risk;
