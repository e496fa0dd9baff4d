/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 7cb7c4beef52a519d6d32a80f8f39ceb9fdfe869 */

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Polyring_Ring___construct, 0, 0, 1)
	ZEND_ARG_TYPE_MASK(0, servers, MAY_BE_STRING|MAY_BE_ARRAY, NULL)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, profile, IS_STRING, 0, "Polyring\\Ring::DEFAULT_PROFILE")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Ring_locate, 0, 1, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Ring_locateMany, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, keys, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Ring_locateIndexes arginfo_class_Polyring_Ring_locateMany

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Ring_explain, 0, 1, Polyring\\Placement, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Ring_servers, 0, 0, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Ring_profile, 0, 0, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Ring_fingerprint arginfo_class_Polyring_Ring_profile

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Ring_plan, 0, 1, Polyring\\Plan, 0)
	ZEND_ARG_OBJ_INFO(0, other, Polyring\\Ring, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, sample, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Ring_withServer, 0, 1, Polyring\\Ring, 0)
	ZEND_ARG_TYPE_INFO(0, server, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Ring_withoutServer, 0, 1, Polyring\\Ring, 0)
	ZEND_ARG_TYPE_MASK(0, server, MAY_BE_LONG|MAY_BE_STRING, NULL)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Ring_profiles arginfo_class_Polyring_Ring_servers

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Polyring_Topology___construct, 0, 0, 1)
	ZEND_ARG_TYPE_MASK(0, servers, MAY_BE_STRING|MAY_BE_ARRAY, NULL)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, profile, IS_STRING, 0, "Polyring\\Ring::DEFAULT_PROFILE")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, epoch, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Topology_parse, 0, 1, Polyring\\Topology, 0)
	ZEND_ARG_TYPE_INFO(0, text, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Topology_profile arginfo_class_Polyring_Ring_profile

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Topology_epoch, 0, 0, IS_LONG, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Topology_servers arginfo_class_Polyring_Ring_servers

#define arginfo_class_Polyring_Topology_settings arginfo_class_Polyring_Ring_servers

#define arginfo_class_Polyring_Topology_text arginfo_class_Polyring_Ring_profile

#define arginfo_class_Polyring_Topology_digest arginfo_class_Polyring_Ring_profile

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Topology_ring, 0, 0, Polyring\\Ring, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Topology_withServers, 0, 1, Polyring\\Topology, 0)
	ZEND_ARG_TYPE_MASK(0, servers, MAY_BE_STRING|MAY_BE_ARRAY, NULL)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Topology_moveBucket, 0, 2, Polyring\\Topology, 0)
	ZEND_ARG_TYPE_INFO(0, bucket, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, server, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Topology_diff, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_OBJ_INFO(0, other, Polyring\\Topology, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Polyring_Placement___construct, 0, 0, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Plan___construct arginfo_class_Polyring_Placement___construct

#define arginfo_class_Polyring_PlannedServer___construct arginfo_class_Polyring_Placement___construct

#define arginfo_class_Polyring_Flow___construct arginfo_class_Polyring_Placement___construct

#define arginfo_class_Polyring_Change___construct arginfo_class_Polyring_Placement___construct

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_PolyringException_getServer, 0, 0, IS_STRING, 1)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_PolyringException_getPosition, 0, 0, IS_LONG, 1)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_PolyringException_getStatus arginfo_class_Polyring_Ring_profile


ZEND_METHOD(Polyring_Ring, __construct);
ZEND_METHOD(Polyring_Ring, locate);
ZEND_METHOD(Polyring_Ring, locateMany);
ZEND_METHOD(Polyring_Ring, locateIndexes);
ZEND_METHOD(Polyring_Ring, explain);
ZEND_METHOD(Polyring_Ring, servers);
ZEND_METHOD(Polyring_Ring, profile);
ZEND_METHOD(Polyring_Ring, fingerprint);
ZEND_METHOD(Polyring_Ring, plan);
ZEND_METHOD(Polyring_Ring, withServer);
ZEND_METHOD(Polyring_Ring, withoutServer);
ZEND_METHOD(Polyring_Ring, profiles);
ZEND_METHOD(Polyring_Topology, __construct);
ZEND_METHOD(Polyring_Topology, parse);
ZEND_METHOD(Polyring_Topology, profile);
ZEND_METHOD(Polyring_Topology, epoch);
ZEND_METHOD(Polyring_Topology, servers);
ZEND_METHOD(Polyring_Topology, settings);
ZEND_METHOD(Polyring_Topology, text);
ZEND_METHOD(Polyring_Topology, digest);
ZEND_METHOD(Polyring_Topology, ring);
ZEND_METHOD(Polyring_Topology, withServers);
ZEND_METHOD(Polyring_Topology, moveBucket);
ZEND_METHOD(Polyring_Topology, diff);
ZEND_METHOD(Polyring_Placement, __construct);
ZEND_METHOD(Polyring_Plan, __construct);
ZEND_METHOD(Polyring_PlannedServer, __construct);
ZEND_METHOD(Polyring_Flow, __construct);
ZEND_METHOD(Polyring_Change, __construct);
ZEND_METHOD(Polyring_PolyringException, getServer);
ZEND_METHOD(Polyring_PolyringException, getPosition);
ZEND_METHOD(Polyring_PolyringException, getStatus);


static const zend_function_entry class_Polyring_Ring_methods[] = {
	ZEND_ME(Polyring_Ring, __construct, arginfo_class_Polyring_Ring___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Ring, locate, arginfo_class_Polyring_Ring_locate, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Ring, locateMany, arginfo_class_Polyring_Ring_locateMany, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Ring, locateIndexes, arginfo_class_Polyring_Ring_locateIndexes, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Ring, explain, arginfo_class_Polyring_Ring_explain, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Ring, servers, arginfo_class_Polyring_Ring_servers, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Ring, profile, arginfo_class_Polyring_Ring_profile, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Ring, fingerprint, arginfo_class_Polyring_Ring_fingerprint, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Ring, plan, arginfo_class_Polyring_Ring_plan, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Ring, withServer, arginfo_class_Polyring_Ring_withServer, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Ring, withoutServer, arginfo_class_Polyring_Ring_withoutServer, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Ring, profiles, arginfo_class_Polyring_Ring_profiles, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_Topology_methods[] = {
	ZEND_ME(Polyring_Topology, __construct, arginfo_class_Polyring_Topology___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Topology, parse, arginfo_class_Polyring_Topology_parse, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Polyring_Topology, profile, arginfo_class_Polyring_Topology_profile, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Topology, epoch, arginfo_class_Polyring_Topology_epoch, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Topology, servers, arginfo_class_Polyring_Topology_servers, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Topology, settings, arginfo_class_Polyring_Topology_settings, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Topology, text, arginfo_class_Polyring_Topology_text, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Topology, digest, arginfo_class_Polyring_Topology_digest, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Topology, ring, arginfo_class_Polyring_Topology_ring, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Topology, withServers, arginfo_class_Polyring_Topology_withServers, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Topology, moveBucket, arginfo_class_Polyring_Topology_moveBucket, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Topology, diff, arginfo_class_Polyring_Topology_diff, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_Placement_methods[] = {
	ZEND_ME(Polyring_Placement, __construct, arginfo_class_Polyring_Placement___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_Plan_methods[] = {
	ZEND_ME(Polyring_Plan, __construct, arginfo_class_Polyring_Plan___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_PlannedServer_methods[] = {
	ZEND_ME(Polyring_PlannedServer, __construct, arginfo_class_Polyring_PlannedServer___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_Flow_methods[] = {
	ZEND_ME(Polyring_Flow, __construct, arginfo_class_Polyring_Flow___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_Change_methods[] = {
	ZEND_ME(Polyring_Change, __construct, arginfo_class_Polyring_Change___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_PolyringException_methods[] = {
	ZEND_ME(Polyring_PolyringException, getServer, arginfo_class_Polyring_PolyringException_getServer, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_PolyringException, getPosition, arginfo_class_Polyring_PolyringException_getPosition, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_PolyringException, getStatus, arginfo_class_Polyring_PolyringException_getStatus, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_InvalidArgumentException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_InvalidKeyException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_InvalidServersException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_InvalidProfileException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_InvalidTopologyException_methods[] = {
	ZEND_FE_END
};

static zend_class_entry *register_class_Polyring_Ring(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "Ring", class_Polyring_Ring_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval const_DEFAULT_PROFILE_value;
	zend_string *const_DEFAULT_PROFILE_value_str = zend_string_init(POLYRING_PROFILE_DEFAULT, strlen(POLYRING_PROFILE_DEFAULT), 1);
	ZVAL_STR(&const_DEFAULT_PROFILE_value, const_DEFAULT_PROFILE_value_str);
	zend_string *const_DEFAULT_PROFILE_name = zend_string_init_interned("DEFAULT_PROFILE", sizeof("DEFAULT_PROFILE") - 1, 1);
	zend_declare_class_constant_ex(class_entry, const_DEFAULT_PROFILE_name, &const_DEFAULT_PROFILE_value, ZEND_ACC_PUBLIC, NULL);
	zend_string_release(const_DEFAULT_PROFILE_name);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_Topology(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "Topology", class_Polyring_Topology_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_Polyring_Placement(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "Placement", class_Polyring_Placement_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval property_key_default_value;
	ZVAL_UNDEF(&property_key_default_value);
	zend_string *property_key_name = zend_string_init("key", sizeof("key") - 1, 1);
	zend_declare_typed_property(class_entry, property_key_name, &property_key_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_key_name);

	zval property_sentKey_default_value;
	ZVAL_UNDEF(&property_sentKey_default_value);
	zend_string *property_sentKey_name = zend_string_init("sentKey", sizeof("sentKey") - 1, 1);
	zend_declare_typed_property(class_entry, property_sentKey_name, &property_sentKey_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_sentKey_name);

	zval property_hashedText_default_value;
	ZVAL_UNDEF(&property_hashedText_default_value);
	zend_string *property_hashedText_name = zend_string_init("hashedText", sizeof("hashedText") - 1, 1);
	zend_declare_typed_property(class_entry, property_hashedText_name, &property_hashedText_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_hashedText_name);

	zval property_hash_default_value;
	ZVAL_UNDEF(&property_hash_default_value);
	zend_string *property_hash_name = zend_string_init("hash", sizeof("hash") - 1, 1);
	zend_declare_typed_property(class_entry, property_hash_name, &property_hash_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_hash_name);

	zval property_point_default_value;
	ZVAL_UNDEF(&property_point_default_value);
	zend_string *property_point_name = zend_string_init("point", sizeof("point") - 1, 1);
	zend_declare_typed_property(class_entry, property_point_name, &property_point_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_point_name);

	zval property_label_default_value;
	ZVAL_UNDEF(&property_label_default_value);
	zend_string *property_label_name = zend_string_init("label", sizeof("label") - 1, 1);
	zend_declare_typed_property(class_entry, property_label_name, &property_label_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_label_name);

	zval property_server_default_value;
	ZVAL_UNDEF(&property_server_default_value);
	zend_string *property_server_name = zend_string_init("server", sizeof("server") - 1, 1);
	zend_declare_typed_property(class_entry, property_server_name, &property_server_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_server_name);

	zval property_index_default_value;
	ZVAL_UNDEF(&property_index_default_value);
	zend_string *property_index_name = zend_string_init("index", sizeof("index") - 1, 1);
	zend_declare_typed_property(class_entry, property_index_name, &property_index_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG));
	zend_string_release(property_index_name);

	zval property_ties_default_value;
	ZVAL_UNDEF(&property_ties_default_value);
	zend_string *property_ties_name = zend_string_init("ties", sizeof("ties") - 1, 1);
	zend_declare_typed_property(class_entry, property_ties_name, &property_ties_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ARRAY));
	zend_string_release(property_ties_name);

	zval property_why_default_value;
	ZVAL_UNDEF(&property_why_default_value);
	zend_string *property_why_name = zend_string_init("why", sizeof("why") - 1, 1);
	zend_declare_typed_property(class_entry, property_why_name, &property_why_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_why_name);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_Plan(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "Plan", class_Polyring_Plan_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval property_moved_default_value;
	ZVAL_UNDEF(&property_moved_default_value);
	zend_string *property_moved_name = zend_string_init("moved", sizeof("moved") - 1, 1);
	zend_declare_typed_property(class_entry, property_moved_name, &property_moved_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_DOUBLE));
	zend_string_release(property_moved_name);

	zval property_exact_default_value;
	ZVAL_UNDEF(&property_exact_default_value);
	zend_string *property_exact_name = zend_string_init("exact", sizeof("exact") - 1, 1);
	zend_declare_typed_property(class_entry, property_exact_name, &property_exact_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_BOOL));
	zend_string_release(property_exact_name);

	zval property_sample_default_value;
	ZVAL_UNDEF(&property_sample_default_value);
	zend_string *property_sample_name = zend_string_init("sample", sizeof("sample") - 1, 1);
	zend_declare_typed_property(class_entry, property_sample_name, &property_sample_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG));
	zend_string_release(property_sample_name);

	zval property_servers_default_value;
	ZVAL_UNDEF(&property_servers_default_value);
	zend_string *property_servers_name = zend_string_init("servers", sizeof("servers") - 1, 1);
	zend_declare_typed_property(class_entry, property_servers_name, &property_servers_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ARRAY));
	zend_string_release(property_servers_name);

	zval property_flows_default_value;
	ZVAL_UNDEF(&property_flows_default_value);
	zend_string *property_flows_name = zend_string_init("flows", sizeof("flows") - 1, 1);
	zend_declare_typed_property(class_entry, property_flows_name, &property_flows_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ARRAY));
	zend_string_release(property_flows_name);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_PlannedServer(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "PlannedServer", class_Polyring_PlannedServer_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval property_server_default_value;
	ZVAL_UNDEF(&property_server_default_value);
	zend_string *property_server_name = zend_string_init("server", sizeof("server") - 1, 1);
	zend_declare_typed_property(class_entry, property_server_name, &property_server_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_server_name);

	zval property_oldIndex_default_value;
	ZVAL_UNDEF(&property_oldIndex_default_value);
	zend_string *property_oldIndex_name = zend_string_init("oldIndex", sizeof("oldIndex") - 1, 1);
	zend_declare_typed_property(class_entry, property_oldIndex_name, &property_oldIndex_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_oldIndex_name);

	zval property_newIndex_default_value;
	ZVAL_UNDEF(&property_newIndex_default_value);
	zend_string *property_newIndex_name = zend_string_init("newIndex", sizeof("newIndex") - 1, 1);
	zend_declare_typed_property(class_entry, property_newIndex_name, &property_newIndex_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_newIndex_name);

	zval property_before_default_value;
	ZVAL_UNDEF(&property_before_default_value);
	zend_string *property_before_name = zend_string_init("before", sizeof("before") - 1, 1);
	zend_declare_typed_property(class_entry, property_before_name, &property_before_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_DOUBLE));
	zend_string_release(property_before_name);

	zval property_after_default_value;
	ZVAL_UNDEF(&property_after_default_value);
	zend_string *property_after_name = zend_string_init("after", sizeof("after") - 1, 1);
	zend_declare_typed_property(class_entry, property_after_name, &property_after_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_DOUBLE));
	zend_string_release(property_after_name);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_Flow(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "Flow", class_Polyring_Flow_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval property_source_default_value;
	ZVAL_UNDEF(&property_source_default_value);
	zend_string *property_source_name = zend_string_init("source", sizeof("source") - 1, 1);
	zend_declare_typed_property(class_entry, property_source_name, &property_source_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_source_name);

	zval property_target_default_value;
	ZVAL_UNDEF(&property_target_default_value);
	zend_string *property_target_name = zend_string_init("target", sizeof("target") - 1, 1);
	zend_declare_typed_property(class_entry, property_target_name, &property_target_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_target_name);

	zval property_share_default_value;
	ZVAL_UNDEF(&property_share_default_value);
	zend_string *property_share_name = zend_string_init("share", sizeof("share") - 1, 1);
	zend_declare_typed_property(class_entry, property_share_name, &property_share_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_DOUBLE));
	zend_string_release(property_share_name);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_Change(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "Change", class_Polyring_Change_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval property_change_default_value;
	ZVAL_UNDEF(&property_change_default_value);
	zend_string *property_change_name = zend_string_init("change", sizeof("change") - 1, 1);
	zend_declare_typed_property(class_entry, property_change_name, &property_change_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_change_name);

	zval property_subject_default_value;
	ZVAL_UNDEF(&property_subject_default_value);
	zend_string *property_subject_name = zend_string_init("subject", sizeof("subject") - 1, 1);
	zend_declare_typed_property(class_entry, property_subject_name, &property_subject_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_subject_name);

	zval property_before_default_value;
	ZVAL_UNDEF(&property_before_default_value);
	zend_string *property_before_name = zend_string_init("before", sizeof("before") - 1, 1);
	zend_declare_typed_property(class_entry, property_before_name, &property_before_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_before_name);

	zval property_after_default_value;
	ZVAL_UNDEF(&property_after_default_value);
	zend_string *property_after_name = zend_string_init("after", sizeof("after") - 1, 1);
	zend_declare_typed_property(class_entry, property_after_name, &property_after_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_after_name);

	zval property_oldIndex_default_value;
	ZVAL_UNDEF(&property_oldIndex_default_value);
	zend_string *property_oldIndex_name = zend_string_init("oldIndex", sizeof("oldIndex") - 1, 1);
	zend_declare_typed_property(class_entry, property_oldIndex_name, &property_oldIndex_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_oldIndex_name);

	zval property_newIndex_default_value;
	ZVAL_UNDEF(&property_newIndex_default_value);
	zend_string *property_newIndex_name = zend_string_init("newIndex", sizeof("newIndex") - 1, 1);
	zend_declare_typed_property(class_entry, property_newIndex_name, &property_newIndex_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_newIndex_name);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_PolyringException(zend_class_entry *class_entry_RuntimeException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "PolyringException", class_Polyring_PolyringException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_RuntimeException);
	class_entry->ce_flags |= ZEND_ACC_NO_DYNAMIC_PROPERTIES;

	zval property_server_default_value;
	ZVAL_NULL(&property_server_default_value);
	zend_string *property_server_name = zend_string_init("server", sizeof("server") - 1, 1);
	zend_declare_typed_property(class_entry, property_server_name, &property_server_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_server_name);

	zval property_position_default_value;
	ZVAL_NULL(&property_position_default_value);
	zend_string *property_position_name = zend_string_init("position", sizeof("position") - 1, 1);
	zend_declare_typed_property(class_entry, property_position_name, &property_position_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_position_name);

	zval property_status_default_value;
	ZVAL_EMPTY_STRING(&property_status_default_value);
	zend_string *property_status_name = zend_string_init("status", sizeof("status") - 1, 1);
	zend_declare_typed_property(class_entry, property_status_name, &property_status_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_status_name);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_InvalidArgumentException(zend_class_entry *class_entry_Polyring_PolyringException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "InvalidArgumentException", class_Polyring_InvalidArgumentException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Polyring_PolyringException);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_InvalidKeyException(zend_class_entry *class_entry_Polyring_InvalidArgumentException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "InvalidKeyException", class_Polyring_InvalidKeyException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Polyring_InvalidArgumentException);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_InvalidServersException(zend_class_entry *class_entry_Polyring_InvalidArgumentException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "InvalidServersException", class_Polyring_InvalidServersException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Polyring_InvalidArgumentException);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_InvalidProfileException(zend_class_entry *class_entry_Polyring_InvalidArgumentException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "InvalidProfileException", class_Polyring_InvalidProfileException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Polyring_InvalidArgumentException);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_InvalidTopologyException(zend_class_entry *class_entry_Polyring_InvalidArgumentException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "InvalidTopologyException", class_Polyring_InvalidTopologyException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Polyring_InvalidArgumentException);

	return class_entry;
}
