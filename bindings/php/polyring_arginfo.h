/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 10eec352ae8362ae3b3ef33bdc25edf13cd9f325 */

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

#define arginfo_class_Polyring_Ring_profiles arginfo_class_Polyring_Ring_servers

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Polyring_Placement___construct, 0, 0, 0)
ZEND_END_ARG_INFO()

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
ZEND_METHOD(Polyring_Ring, profiles);
ZEND_METHOD(Polyring_Placement, __construct);
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
	ZEND_ME(Polyring_Ring, profiles, arginfo_class_Polyring_Ring_profiles, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};


static const zend_function_entry class_Polyring_Placement_methods[] = {
	ZEND_ME(Polyring_Placement, __construct, arginfo_class_Polyring_Placement___construct, ZEND_ACC_PRIVATE)
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
