-- When somebody signed in last, without reading the whole audit.
CREATE INDEX audit_sign_in ON hq.audit (tenant_id, about, at) WHERE what = 'sign_in';
