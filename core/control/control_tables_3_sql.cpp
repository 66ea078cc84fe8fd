// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/control_schema.h"

namespace millrace::control {

const std::string_view controlTables3 = R"sql(
CREATE TABLE millrace.query_role (
    is_only  boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    name     text NOT NULL,
    password text NOT NULL,
    made_at  timestamptz NOT NULL DEFAULT now()
);
REVOKE ALL ON millrace.query_role FROM PUBLIC;
COMMENT ON TABLE millrace.query_role IS
    'The login that questions over HTTP run as, for all workers; only the owner may read it';
COMMENT ON COLUMN millrace.query_role.is_only IS 'There is one row at most';
COMMENT ON COLUMN millrace.query_role.name IS
    'A role made by a worker: nothing but SELECT on tables of topics';
COMMENT ON COLUMN millrace.query_role.password IS
    'Made by chance; delete the row and the next worker makes a new one';
COMMENT ON COLUMN millrace.query_role.made_at IS 'When the password was set';
)sql";

} // namespace millrace::control
