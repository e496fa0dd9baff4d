/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 288478f576bcccc9550f597d6674073d6c3ceec4 */

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

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Polyring_Client___construct, 0, 0, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, servers, Polyring\\Topology, MAY_BE_STRING|MAY_BE_ARRAY, "\"\"")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, profile, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, topology, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_MASK(0, timeout, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, read_timeout, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, write_timeout, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, connect_timeout, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, idle_timeout, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, max_connections, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, max_value, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, protocol, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, dialect, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, compress, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_MASK(0, compress_from, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, decode_text, MAY_BE_BOOL|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, on_error, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, on_mismatch, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_MASK(0, announce, MAY_BE_BOOL|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, on_dead, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, rejoin, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_MASK(0, detect_hard, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, detect_soft, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, detect_share, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, detect_garbled, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, probe_interval, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, probe_most, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, settle, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, steady, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, stand_in_ttl, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, dead_most, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, gutter, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_MASK(0, warm_time, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, max_in_flight, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Client_persistent, 0, 1, Polyring\\Client, 0)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, servers, Polyring\\Topology, MAY_BE_STRING|MAY_BE_ARRAY, "\"\"")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, profile, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, topology, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_MASK(0, timeout, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, read_timeout, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, write_timeout, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, connect_timeout, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, idle_timeout, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, max_connections, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, max_value, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, protocol, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, dialect, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, compress, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_MASK(0, compress_from, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, decode_text, MAY_BE_BOOL|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, on_error, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, on_mismatch, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_MASK(0, announce, MAY_BE_BOOL|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, on_dead, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, rejoin, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_MASK(0, detect_hard, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, detect_soft, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, detect_share, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, detect_garbled, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, probe_interval, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, probe_most, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, settle, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, steady, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, stand_in_ttl, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, dead_most, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, gutter, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_MASK(0, warm_time, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_STRING|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, max_in_flight, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Client_get, 0, 1, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, default, IS_MIXED, 0, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Client_getAndTouch, 0, 2, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, ttl, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, default, IS_MIXED, 0, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Client_gets, 0, 1, Polyring\\Item, 1)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Client_item, 0, 1, Polyring\\Item, 1)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, vivify, IS_LONG, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, recache, IS_LONG, 1, "null")
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Client_getMany arginfo_class_Polyring_Ring_locateMany

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Client_set, 0, 2, Polyring\\Outcome, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, ttl, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Client_add arginfo_class_Polyring_Client_set

#define arginfo_class_Polyring_Client_replace arginfo_class_Polyring_Client_set

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Client_append, 0, 2, Polyring\\Outcome, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_MIXED, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Client_prepend arginfo_class_Polyring_Client_append

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Client_cas, 0, 3, Polyring\\Outcome, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, value, IS_MIXED, 0)
	ZEND_ARG_TYPE_INFO(0, cas, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, ttl, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Client_setMany, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, items, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, ttl, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Client_delete, 0, 1, Polyring\\Outcome, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Client_deleteMany arginfo_class_Polyring_Ring_locateMany

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Client_invalidate, 0, 2, Polyring\\Outcome, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, ttl, IS_LONG, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Client_touch arginfo_class_Polyring_Client_invalidate

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Client_touchMany, 0, 2, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, keys, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, ttl, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_MASK_EX(arginfo_class_Polyring_Client_incr, 0, 1, MAY_BE_LONG|MAY_BE_STRING|MAY_BE_NULL)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, delta, IS_LONG, 0, "1")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, initial, IS_LONG, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, ttl, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Client_decr arginfo_class_Polyring_Client_incr

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Client_setCounter, 0, 2, Polyring\\Outcome, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, number, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, ttl, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Client_counter arginfo_class_Polyring_Client_get

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Client_flushAll, 0, 0, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, delay, IS_LONG, 0, "0")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, server, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Client_stats, 0, 0, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, arguments, IS_STRING, 0, "\"\"")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, server, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Client_version, 0, 0, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, server, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Client_dump arginfo_class_Polyring_Client_version

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Client_verbosity, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, level, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, server, IS_STRING, 1, "null")
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Client_ping arginfo_class_Polyring_Client_version

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Client_setTopology, 0, 1, IS_VOID, 0)
	ZEND_ARG_OBJ_TYPE_MASK(0, topology, Polyring\\Topology, MAY_BE_STRING|MAY_BE_ARRAY, NULL)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Client_addServer, 0, 1, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, server, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Client_removeServer arginfo_class_Polyring_Client_addServer

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Client_tick, 0, 1, IS_VOID, 0)
	ZEND_ARG_TYPE_MASK(0, budget, MAY_BE_LONG|MAY_BE_DOUBLE, NULL)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Client_topology, 0, 0, Polyring\\Topology, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Client_ring arginfo_class_Polyring_Topology_ring

#define arginfo_class_Polyring_Client_statistics arginfo_class_Polyring_Ring_servers

#define arginfo_class_Polyring_Client_events arginfo_class_Polyring_Ring_servers

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Client_setting, 0, 1, IS_STRING, 1)
	ZEND_ARG_TYPE_INFO(0, name, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Client_close, 0, 0, IS_VOID, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Polyring_Item___construct, 0, 0, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Polyring_Bytes___construct, 0, 0, 1)
	ZEND_ARG_TYPE_INFO(0, bytes, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Polyring_Health___construct, 0, 0, 1)
	ZEND_ARG_TYPE_MASK(0, servers, MAY_BE_STRING|MAY_BE_ARRAY, NULL)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, profile, IS_STRING, 0, "Polyring\\Ring::DEFAULT_PROFILE")
	ZEND_ARG_TYPE_MASK(0, gutter, MAY_BE_STRING|MAY_BE_ARRAY|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, seed, IS_LONG, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, on_dead, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, rejoin, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, detect_hard, IS_LONG, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, detect_soft, IS_LONG, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, detect_share, IS_LONG, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, detect_garbled, IS_LONG, 1, "null")
	ZEND_ARG_TYPE_MASK(0, probe_interval, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, probe_most, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, settle, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, steady, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_MASK(0, stand_in_ttl, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_NULL, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, dead_most, IS_LONG, 1, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Health_report, 0, 3, IS_VOID, 0)
	ZEND_ARG_TYPE_MASK(0, server, MAY_BE_LONG|MAY_BE_STRING, NULL)
	ZEND_ARG_OBJ_INFO(0, seen, Polyring\\Seen, 0)
	ZEND_ARG_TYPE_MASK(0, now, MAY_BE_LONG|MAY_BE_DOUBLE, NULL)
	ZEND_ARG_TYPE_MASK(0, detail, MAY_BE_LONG|MAY_BE_DOUBLE|MAY_BE_NULL, "null")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Health_due, 0, 1, IS_LONG, 1)
	ZEND_ARG_TYPE_MASK(0, now, MAY_BE_LONG|MAY_BE_DOUBLE, NULL)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_Health_nextDue, 0, 0, IS_DOUBLE, 1)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Health_signs, 0, 1, Polyring\\VitalSigns, 0)
	ZEND_ARG_TYPE_MASK(0, server, MAY_BE_LONG|MAY_BE_STRING, NULL)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Polyring_Health_route, 0, 2, Polyring\\Route, 0)
	ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
	ZEND_ARG_TYPE_MASK(0, now, MAY_BE_LONG|MAY_BE_DOUBLE, NULL)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_Health_log arginfo_class_Polyring_Ring_servers

#define arginfo_class_Polyring_Health_servers arginfo_class_Polyring_Ring_servers

#define arginfo_class_Polyring_Health_gutter arginfo_class_Polyring_Ring_servers

#define arginfo_class_Polyring_Health_profile arginfo_class_Polyring_Ring_profile

#define arginfo_class_Polyring_VitalSigns___construct arginfo_class_Polyring_Item___construct

#define arginfo_class_Polyring_Route___construct arginfo_class_Polyring_Item___construct

#define arginfo_class_Polyring_Placement___construct arginfo_class_Polyring_Item___construct

#define arginfo_class_Polyring_Plan___construct arginfo_class_Polyring_Item___construct

#define arginfo_class_Polyring_PlannedServer___construct arginfo_class_Polyring_Item___construct

#define arginfo_class_Polyring_Flow___construct arginfo_class_Polyring_Item___construct

#define arginfo_class_Polyring_Change___construct arginfo_class_Polyring_Item___construct

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_PolyringException_getServer, 0, 0, IS_STRING, 1)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Polyring_PolyringException_getPosition, 0, 0, IS_LONG, 1)
ZEND_END_ARG_INFO()

#define arginfo_class_Polyring_PolyringException_getStatus arginfo_class_Polyring_Ring_profile

#define arginfo_class_Polyring_PolyringException_getKey arginfo_class_Polyring_PolyringException_getServer

#define arginfo_class_Polyring_PolyringException_getStage arginfo_class_Polyring_PolyringException_getServer

#define arginfo_class_Polyring_PolyringException_getSpent arginfo_class_Polyring_Health_nextDue

#define arginfo_class_Polyring_PolyringException_getErrno arginfo_class_Polyring_PolyringException_getPosition

#define arginfo_class_Polyring_PartialException_getFound arginfo_class_Polyring_Ring_servers

#define arginfo_class_Polyring_PartialException_getFailures arginfo_class_Polyring_Ring_servers


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
ZEND_METHOD(Polyring_Client, __construct);
ZEND_METHOD(Polyring_Client, persistent);
ZEND_METHOD(Polyring_Client, get);
ZEND_METHOD(Polyring_Client, getAndTouch);
ZEND_METHOD(Polyring_Client, gets);
ZEND_METHOD(Polyring_Client, item);
ZEND_METHOD(Polyring_Client, getMany);
ZEND_METHOD(Polyring_Client, set);
ZEND_METHOD(Polyring_Client, add);
ZEND_METHOD(Polyring_Client, replace);
ZEND_METHOD(Polyring_Client, append);
ZEND_METHOD(Polyring_Client, prepend);
ZEND_METHOD(Polyring_Client, cas);
ZEND_METHOD(Polyring_Client, setMany);
ZEND_METHOD(Polyring_Client, delete);
ZEND_METHOD(Polyring_Client, deleteMany);
ZEND_METHOD(Polyring_Client, invalidate);
ZEND_METHOD(Polyring_Client, touch);
ZEND_METHOD(Polyring_Client, touchMany);
ZEND_METHOD(Polyring_Client, incr);
ZEND_METHOD(Polyring_Client, decr);
ZEND_METHOD(Polyring_Client, setCounter);
ZEND_METHOD(Polyring_Client, counter);
ZEND_METHOD(Polyring_Client, flushAll);
ZEND_METHOD(Polyring_Client, stats);
ZEND_METHOD(Polyring_Client, version);
ZEND_METHOD(Polyring_Client, dump);
ZEND_METHOD(Polyring_Client, verbosity);
ZEND_METHOD(Polyring_Client, ping);
ZEND_METHOD(Polyring_Client, setTopology);
ZEND_METHOD(Polyring_Client, addServer);
ZEND_METHOD(Polyring_Client, removeServer);
ZEND_METHOD(Polyring_Client, tick);
ZEND_METHOD(Polyring_Client, topology);
ZEND_METHOD(Polyring_Client, ring);
ZEND_METHOD(Polyring_Client, statistics);
ZEND_METHOD(Polyring_Client, events);
ZEND_METHOD(Polyring_Client, setting);
ZEND_METHOD(Polyring_Client, close);
ZEND_METHOD(Polyring_Item, __construct);
ZEND_METHOD(Polyring_Bytes, __construct);
ZEND_METHOD(Polyring_Health, __construct);
ZEND_METHOD(Polyring_Health, report);
ZEND_METHOD(Polyring_Health, due);
ZEND_METHOD(Polyring_Health, nextDue);
ZEND_METHOD(Polyring_Health, signs);
ZEND_METHOD(Polyring_Health, route);
ZEND_METHOD(Polyring_Health, log);
ZEND_METHOD(Polyring_Health, servers);
ZEND_METHOD(Polyring_Health, gutter);
ZEND_METHOD(Polyring_Health, profile);
ZEND_METHOD(Polyring_VitalSigns, __construct);
ZEND_METHOD(Polyring_Route, __construct);
ZEND_METHOD(Polyring_Placement, __construct);
ZEND_METHOD(Polyring_Plan, __construct);
ZEND_METHOD(Polyring_PlannedServer, __construct);
ZEND_METHOD(Polyring_Flow, __construct);
ZEND_METHOD(Polyring_Change, __construct);
ZEND_METHOD(Polyring_PolyringException, getServer);
ZEND_METHOD(Polyring_PolyringException, getPosition);
ZEND_METHOD(Polyring_PolyringException, getStatus);
ZEND_METHOD(Polyring_PolyringException, getKey);
ZEND_METHOD(Polyring_PolyringException, getStage);
ZEND_METHOD(Polyring_PolyringException, getSpent);
ZEND_METHOD(Polyring_PolyringException, getErrno);
ZEND_METHOD(Polyring_PartialException, getFound);
ZEND_METHOD(Polyring_PartialException, getFailures);


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


static const zend_function_entry class_Polyring_Client_methods[] = {
	ZEND_ME(Polyring_Client, __construct, arginfo_class_Polyring_Client___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, persistent, arginfo_class_Polyring_Client_persistent, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Polyring_Client, get, arginfo_class_Polyring_Client_get, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, getAndTouch, arginfo_class_Polyring_Client_getAndTouch, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, gets, arginfo_class_Polyring_Client_gets, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, item, arginfo_class_Polyring_Client_item, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, getMany, arginfo_class_Polyring_Client_getMany, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, set, arginfo_class_Polyring_Client_set, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, add, arginfo_class_Polyring_Client_add, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, replace, arginfo_class_Polyring_Client_replace, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, append, arginfo_class_Polyring_Client_append, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, prepend, arginfo_class_Polyring_Client_prepend, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, cas, arginfo_class_Polyring_Client_cas, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, setMany, arginfo_class_Polyring_Client_setMany, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, delete, arginfo_class_Polyring_Client_delete, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, deleteMany, arginfo_class_Polyring_Client_deleteMany, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, invalidate, arginfo_class_Polyring_Client_invalidate, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, touch, arginfo_class_Polyring_Client_touch, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, touchMany, arginfo_class_Polyring_Client_touchMany, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, incr, arginfo_class_Polyring_Client_incr, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, decr, arginfo_class_Polyring_Client_decr, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, setCounter, arginfo_class_Polyring_Client_setCounter, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, counter, arginfo_class_Polyring_Client_counter, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, flushAll, arginfo_class_Polyring_Client_flushAll, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, stats, arginfo_class_Polyring_Client_stats, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, version, arginfo_class_Polyring_Client_version, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, dump, arginfo_class_Polyring_Client_dump, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, verbosity, arginfo_class_Polyring_Client_verbosity, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, ping, arginfo_class_Polyring_Client_ping, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, setTopology, arginfo_class_Polyring_Client_setTopology, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, addServer, arginfo_class_Polyring_Client_addServer, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, removeServer, arginfo_class_Polyring_Client_removeServer, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, tick, arginfo_class_Polyring_Client_tick, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, topology, arginfo_class_Polyring_Client_topology, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, ring, arginfo_class_Polyring_Client_ring, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, statistics, arginfo_class_Polyring_Client_statistics, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, events, arginfo_class_Polyring_Client_events, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, setting, arginfo_class_Polyring_Client_setting, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Client, close, arginfo_class_Polyring_Client_close, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_Outcome_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_Item_methods[] = {
	ZEND_ME(Polyring_Item, __construct, arginfo_class_Polyring_Item___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_Bytes_methods[] = {
	ZEND_ME(Polyring_Bytes, __construct, arginfo_class_Polyring_Bytes___construct, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_Health_methods[] = {
	ZEND_ME(Polyring_Health, __construct, arginfo_class_Polyring_Health___construct, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Health, report, arginfo_class_Polyring_Health_report, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Health, due, arginfo_class_Polyring_Health_due, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Health, nextDue, arginfo_class_Polyring_Health_nextDue, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Health, signs, arginfo_class_Polyring_Health_signs, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Health, route, arginfo_class_Polyring_Health_route, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Health, log, arginfo_class_Polyring_Health_log, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Health, servers, arginfo_class_Polyring_Health_servers, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Health, gutter, arginfo_class_Polyring_Health_gutter, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_Health, profile, arginfo_class_Polyring_Health_profile, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_HealthState_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_Seen_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_HealthWork_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_RouteKind_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_VitalSigns_methods[] = {
	ZEND_ME(Polyring_VitalSigns, __construct, arginfo_class_Polyring_VitalSigns___construct, ZEND_ACC_PRIVATE)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_Route_methods[] = {
	ZEND_ME(Polyring_Route, __construct, arginfo_class_Polyring_Route___construct, ZEND_ACC_PRIVATE)
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
	ZEND_ME(Polyring_PolyringException, getKey, arginfo_class_Polyring_PolyringException_getKey, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_PolyringException, getStage, arginfo_class_Polyring_PolyringException_getStage, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_PolyringException, getSpent, arginfo_class_Polyring_PolyringException_getSpent, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_PolyringException, getErrno, arginfo_class_Polyring_PolyringException_getErrno, ZEND_ACC_PUBLIC)
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


static const zend_function_entry class_Polyring_InvalidValueException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_UnavailableException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_UnknownException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_ProtocolException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_ServerException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_MismatchException_methods[] = {
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_PartialException_methods[] = {
	ZEND_ME(Polyring_PartialException, getFound, arginfo_class_Polyring_PartialException_getFound, ZEND_ACC_PUBLIC)
	ZEND_ME(Polyring_PartialException, getFailures, arginfo_class_Polyring_PartialException_getFailures, ZEND_ACC_PUBLIC)
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

static zend_class_entry *register_class_Polyring_Client(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "Client", class_Polyring_Client_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_Polyring_Outcome(void)
{
	zend_class_entry *class_entry = zend_register_internal_enum("Polyring\\Outcome", IS_UNDEF, class_Polyring_Outcome_methods);

	zend_enum_add_case_cstr(class_entry, "Ok", NULL);

	zend_enum_add_case_cstr(class_entry, "Miss", NULL);

	zend_enum_add_case_cstr(class_entry, "NotStored", NULL);

	zend_enum_add_case_cstr(class_entry, "Exists", NULL);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_Item(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "Item", class_Polyring_Item_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval property_value_default_value;
	ZVAL_UNDEF(&property_value_default_value);
	zend_string *property_value_name = zend_string_init("value", sizeof("value") - 1, 1);
	zend_declare_typed_property(class_entry, property_value_name, &property_value_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ANY));
	zend_string_release(property_value_name);

	zval property_cas_default_value;
	ZVAL_UNDEF(&property_cas_default_value);
	zend_string *property_cas_name = zend_string_init("cas", sizeof("cas") - 1, 1);
	zend_declare_typed_property(class_entry, property_cas_name, &property_cas_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG));
	zend_string_release(property_cas_name);

	zval property_ttl_default_value;
	ZVAL_UNDEF(&property_ttl_default_value);
	zend_string *property_ttl_name = zend_string_init("ttl", sizeof("ttl") - 1, 1);
	zend_declare_typed_property(class_entry, property_ttl_name, &property_ttl_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_ttl_name);

	zval property_lastAccess_default_value;
	ZVAL_UNDEF(&property_lastAccess_default_value);
	zend_string *property_lastAccess_name = zend_string_init("lastAccess", sizeof("lastAccess") - 1, 1);
	zend_declare_typed_property(class_entry, property_lastAccess_name, &property_lastAccess_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_lastAccess_name);

	zval property_hitBefore_default_value;
	ZVAL_UNDEF(&property_hitBefore_default_value);
	zend_string *property_hitBefore_name = zend_string_init("hitBefore", sizeof("hitBefore") - 1, 1);
	zend_declare_typed_property(class_entry, property_hitBefore_name, &property_hitBefore_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_BOOL|MAY_BE_NULL));
	zend_string_release(property_hitBefore_name);

	zval property_size_default_value;
	ZVAL_UNDEF(&property_size_default_value);
	zend_string *property_size_name = zend_string_init("size", sizeof("size") - 1, 1);
	zend_declare_typed_property(class_entry, property_size_name, &property_size_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_size_name);

	zval property_flags_default_value;
	ZVAL_UNDEF(&property_flags_default_value);
	zend_string *property_flags_name = zend_string_init("flags", sizeof("flags") - 1, 1);
	zend_declare_typed_property(class_entry, property_flags_name, &property_flags_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG));
	zend_string_release(property_flags_name);

	zval property_won_default_value;
	ZVAL_UNDEF(&property_won_default_value);
	zend_string *property_won_name = zend_string_init("won", sizeof("won") - 1, 1);
	zend_declare_typed_property(class_entry, property_won_name, &property_won_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_BOOL));
	zend_string_release(property_won_name);

	zval property_stale_default_value;
	ZVAL_UNDEF(&property_stale_default_value);
	zend_string *property_stale_name = zend_string_init("stale", sizeof("stale") - 1, 1);
	zend_declare_typed_property(class_entry, property_stale_name, &property_stale_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_BOOL));
	zend_string_release(property_stale_name);

	zval property_alreadyWon_default_value;
	ZVAL_UNDEF(&property_alreadyWon_default_value);
	zend_string *property_alreadyWon_name = zend_string_init("alreadyWon", sizeof("alreadyWon") - 1, 1);
	zend_declare_typed_property(class_entry, property_alreadyWon_name, &property_alreadyWon_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_BOOL));
	zend_string_release(property_alreadyWon_name);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_Bytes(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "Bytes", class_Polyring_Bytes_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zval property_bytes_default_value;
	ZVAL_UNDEF(&property_bytes_default_value);
	zend_string *property_bytes_name = zend_string_init("bytes", sizeof("bytes") - 1, 1);
	zend_declare_typed_property(class_entry, property_bytes_name, &property_bytes_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_bytes_name);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_Health(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "Health", class_Polyring_Health_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}

static zend_class_entry *register_class_Polyring_HealthState(void)
{
	zend_class_entry *class_entry = zend_register_internal_enum("Polyring\\HealthState", IS_UNDEF, class_Polyring_HealthState_methods);

	zend_enum_add_case_cstr(class_entry, "Up", NULL);

	zend_enum_add_case_cstr(class_entry, "Suspect", NULL);

	zend_enum_add_case_cstr(class_entry, "Down", NULL);

	zend_enum_add_case_cstr(class_entry, "Probing", NULL);

	zend_enum_add_case_cstr(class_entry, "Rejoining", NULL);

	zend_enum_add_case_cstr(class_entry, "Out", NULL);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_Seen(void)
{
	zend_class_entry *class_entry = zend_register_internal_enum("Polyring\\Seen", IS_UNDEF, class_Polyring_Seen_methods);

	zend_enum_add_case_cstr(class_entry, "Answered", NULL);

	zend_enum_add_case_cstr(class_entry, "Unreached", NULL);

	zend_enum_add_case_cstr(class_entry, "Unanswered", NULL);

	zend_enum_add_case_cstr(class_entry, "Garbled", NULL);

	zend_enum_add_case_cstr(class_entry, "ProbeAnswered", NULL);

	zend_enum_add_case_cstr(class_entry, "ProbeFailed", NULL);

	zend_enum_add_case_cstr(class_entry, "Cleaned", NULL);

	zend_enum_add_case_cstr(class_entry, "NotCleaned", NULL);

	zend_enum_add_case_cstr(class_entry, "Forgotten", NULL);

	zend_enum_add_case_cstr(class_entry, "TakenOut", NULL);

	zend_enum_add_case_cstr(class_entry, "PutBack", NULL);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_HealthWork(void)
{
	zend_class_entry *class_entry = zend_register_internal_enum("Polyring\\HealthWork", IS_UNDEF, class_Polyring_HealthWork_methods);

	zend_enum_add_case_cstr(class_entry, "None", NULL);

	zend_enum_add_case_cstr(class_entry, "Repair", NULL);

	zend_enum_add_case_cstr(class_entry, "Flush", NULL);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_RouteKind(void)
{
	zend_class_entry *class_entry = zend_register_internal_enum("Polyring\\RouteKind", IS_UNDEF, class_Polyring_RouteKind_methods);

	zend_enum_add_case_cstr(class_entry, "Home", NULL);

	zend_enum_add_case_cstr(class_entry, "StandIn", NULL);

	zend_enum_add_case_cstr(class_entry, "Gutter", NULL);

	zend_enum_add_case_cstr(class_entry, "Nowhere", NULL);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_VitalSigns(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "VitalSigns", class_Polyring_VitalSigns_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zend_string *property_state_class_Polyring_HealthState = zend_string_init("Polyring\\HealthState", sizeof("Polyring\\HealthState")-1, 1);
	zval property_state_default_value;
	ZVAL_UNDEF(&property_state_default_value);
	zend_string *property_state_name = zend_string_init("state", sizeof("state") - 1, 1);
	zend_declare_typed_property(class_entry, property_state_name, &property_state_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_state_class_Polyring_HealthState, 0, 0));
	zend_string_release(property_state_name);

	zend_string *property_reason_class_Polyring_Seen = zend_string_init("Polyring\\Seen", sizeof("Polyring\\Seen")-1, 1);
	zval property_reason_default_value;
	ZVAL_UNDEF(&property_reason_default_value);
	zend_string *property_reason_name = zend_string_init("reason", sizeof("reason") - 1, 1);
	zend_declare_typed_property(class_entry, property_reason_name, &property_reason_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_reason_class_Polyring_Seen, 0, 0));
	zend_string_release(property_reason_name);

	zend_string *property_work_class_Polyring_HealthWork = zend_string_init("Polyring\\HealthWork", sizeof("Polyring\\HealthWork")-1, 1);
	zval property_work_default_value;
	ZVAL_UNDEF(&property_work_default_value);
	zend_string *property_work_name = zend_string_init("work", sizeof("work") - 1, 1);
	zend_declare_typed_property(class_entry, property_work_name, &property_work_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_work_class_Polyring_HealthWork, 0, 0));
	zend_string_release(property_work_name);

	zval property_since_default_value;
	ZVAL_UNDEF(&property_since_default_value);
	zend_string *property_since_name = zend_string_init("since", sizeof("since") - 1, 1);
	zend_declare_typed_property(class_entry, property_since_name, &property_since_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_DOUBLE));
	zend_string_release(property_since_name);

	zval property_downSince_default_value;
	ZVAL_UNDEF(&property_downSince_default_value);
	zend_string *property_downSince_name = zend_string_init("downSince", sizeof("downSince") - 1, 1);
	zend_declare_typed_property(class_entry, property_downSince_name, &property_downSince_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_DOUBLE|MAY_BE_NULL));
	zend_string_release(property_downSince_name);

	zval property_nextProbe_default_value;
	ZVAL_UNDEF(&property_nextProbe_default_value);
	zend_string *property_nextProbe_name = zend_string_init("nextProbe", sizeof("nextProbe") - 1, 1);
	zend_declare_typed_property(class_entry, property_nextProbe_name, &property_nextProbe_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_DOUBLE|MAY_BE_NULL));
	zend_string_release(property_nextProbe_name);

	zval property_probesFailed_default_value;
	ZVAL_UNDEF(&property_probesFailed_default_value);
	zend_string *property_probesFailed_name = zend_string_init("probesFailed", sizeof("probesFailed") - 1, 1);
	zend_declare_typed_property(class_entry, property_probesFailed_name, &property_probesFailed_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG));
	zend_string_release(property_probesFailed_name);

	zval property_unanswered_default_value;
	ZVAL_UNDEF(&property_unanswered_default_value);
	zend_string *property_unanswered_name = zend_string_init("unanswered", sizeof("unanswered") - 1, 1);
	zend_declare_typed_property(class_entry, property_unanswered_name, &property_unanswered_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG));
	zend_string_release(property_unanswered_name);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_Route(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "Route", class_Polyring_Route_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	zend_string *property_kind_class_Polyring_RouteKind = zend_string_init("Polyring\\RouteKind", sizeof("Polyring\\RouteKind")-1, 1);
	zval property_kind_default_value;
	ZVAL_UNDEF(&property_kind_default_value);
	zend_string *property_kind_name = zend_string_init("kind", sizeof("kind") - 1, 1);
	zend_declare_typed_property(class_entry, property_kind_name, &property_kind_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_CLASS(property_kind_class_Polyring_RouteKind, 0, 0));
	zend_string_release(property_kind_name);

	zval property_home_default_value;
	ZVAL_UNDEF(&property_home_default_value);
	zend_string *property_home_name = zend_string_init("home", sizeof("home") - 1, 1);
	zend_declare_typed_property(class_entry, property_home_name, &property_home_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING));
	zend_string_release(property_home_name);

	zval property_server_default_value;
	ZVAL_UNDEF(&property_server_default_value);
	zend_string *property_server_name = zend_string_init("server", sizeof("server") - 1, 1);
	zend_declare_typed_property(class_entry, property_server_name, &property_server_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_server_name);

	zval property_ttlMost_default_value;
	ZVAL_UNDEF(&property_ttlMost_default_value);
	zend_string *property_ttlMost_name = zend_string_init("ttlMost", sizeof("ttlMost") - 1, 1);
	zend_declare_typed_property(class_entry, property_ttlMost_name, &property_ttlMost_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_DOUBLE|MAY_BE_NULL));
	zend_string_release(property_ttlMost_name);

	zval property_homeIndex_default_value;
	ZVAL_UNDEF(&property_homeIndex_default_value);
	zend_string *property_homeIndex_name = zend_string_init("homeIndex", sizeof("homeIndex") - 1, 1);
	zend_declare_typed_property(class_entry, property_homeIndex_name, &property_homeIndex_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG));
	zend_string_release(property_homeIndex_name);

	zval property_serverIndex_default_value;
	ZVAL_UNDEF(&property_serverIndex_default_value);
	zend_string *property_serverIndex_name = zend_string_init("serverIndex", sizeof("serverIndex") - 1, 1);
	zend_declare_typed_property(class_entry, property_serverIndex_name, &property_serverIndex_default_value, ZEND_ACC_PUBLIC|ZEND_ACC_READONLY, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_serverIndex_name);

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

	zval property_key_default_value;
	ZVAL_NULL(&property_key_default_value);
	zend_string *property_key_name = zend_string_init("key", sizeof("key") - 1, 1);
	zend_declare_typed_property(class_entry, property_key_name, &property_key_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_key_name);

	zval property_stage_default_value;
	ZVAL_NULL(&property_stage_default_value);
	zend_string *property_stage_name = zend_string_init("stage", sizeof("stage") - 1, 1);
	zend_declare_typed_property(class_entry, property_stage_name, &property_stage_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_STRING|MAY_BE_NULL));
	zend_string_release(property_stage_name);

	zval property_spent_default_value;
	ZVAL_NULL(&property_spent_default_value);
	zend_string *property_spent_name = zend_string_init("spent", sizeof("spent") - 1, 1);
	zend_declare_typed_property(class_entry, property_spent_name, &property_spent_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_DOUBLE|MAY_BE_NULL));
	zend_string_release(property_spent_name);

	zval property_errno_default_value;
	ZVAL_NULL(&property_errno_default_value);
	zend_string *property_errno_name = zend_string_init("errno", sizeof("errno") - 1, 1);
	zend_declare_typed_property(class_entry, property_errno_name, &property_errno_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_LONG|MAY_BE_NULL));
	zend_string_release(property_errno_name);

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

static zend_class_entry *register_class_Polyring_InvalidValueException(zend_class_entry *class_entry_Polyring_InvalidArgumentException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "InvalidValueException", class_Polyring_InvalidValueException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Polyring_InvalidArgumentException);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_UnavailableException(zend_class_entry *class_entry_Polyring_PolyringException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "UnavailableException", class_Polyring_UnavailableException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Polyring_PolyringException);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_UnknownException(zend_class_entry *class_entry_Polyring_PolyringException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "UnknownException", class_Polyring_UnknownException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Polyring_PolyringException);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_ProtocolException(zend_class_entry *class_entry_Polyring_PolyringException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "ProtocolException", class_Polyring_ProtocolException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Polyring_PolyringException);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_ServerException(zend_class_entry *class_entry_Polyring_PolyringException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "ServerException", class_Polyring_ServerException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Polyring_PolyringException);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_MismatchException(zend_class_entry *class_entry_Polyring_PolyringException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "MismatchException", class_Polyring_MismatchException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Polyring_PolyringException);

	return class_entry;
}

static zend_class_entry *register_class_Polyring_PartialException(zend_class_entry *class_entry_Polyring_PolyringException)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Polyring", "PartialException", class_Polyring_PartialException_methods);
	class_entry = zend_register_internal_class_ex(&ce, class_entry_Polyring_PolyringException);

	zval property_found_default_value;
	ZVAL_EMPTY_ARRAY(&property_found_default_value);
	zend_string *property_found_name = zend_string_init("found", sizeof("found") - 1, 1);
	zend_declare_typed_property(class_entry, property_found_name, &property_found_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ARRAY));
	zend_string_release(property_found_name);

	zval property_failures_default_value;
	ZVAL_EMPTY_ARRAY(&property_failures_default_value);
	zend_string *property_failures_name = zend_string_init("failures", sizeof("failures") - 1, 1);
	zend_declare_typed_property(class_entry, property_failures_name, &property_failures_default_value, ZEND_ACC_PRIVATE, NULL, (zend_type) ZEND_TYPE_INIT_MASK(MAY_BE_ARRAY));
	zend_string_release(property_failures_name);

	return class_entry;
}
