#!/usr/bin/python3
"""A registry as one writes it in Python: tornado answers JSON-RPC on POST /api, SQLAlchemy keeps
the services in SQLite. It stands for the original in benchmarks, and is not it.

    registry_stand_in.py PORT FILE SERVICES     puts so many into the table before it listens
"""
import datetime
import json
import sys

import sqlalchemy as sql
import tornado.ioloop
import tornado.web
from sqlalchemy.orm import declarative_base, sessionmaker

Base = declarative_base()


class Service(Base):
    __tablename__ = "services"
    __table_args__ = (sql.UniqueConstraint("host", "port"),)
    id = sql.Column(sql.Integer, primary_key=True)
    name = sql.Column(sql.String, index=True)
    host = sql.Column(sql.String)
    port = sql.Column(sql.Integer)
    last_seen = sql.Column(sql.DateTime)


engine = sql.create_engine("sqlite:///" + sys.argv[2])
Session = sessionmaker(engine)


def ping(session, name, host, port):
    service = session.query(Service).filter_by(host=host, port=port).first()
    if service is None:
        service = Service(host=host, port=port)
        session.add(service)
    service.name = name
    service.last_seen = datetime.datetime.utcnow()
    session.commit()
    return True


def locate_service(session, name):
    fresh = datetime.datetime.utcnow() - datetime.timedelta(hours=1)
    pattern = name.replace("*", "%").replace("?", "_")
    found = session.query(Service).filter(Service.name.like(pattern), Service.last_seen > fresh)
    return [{"host": service.host, "port": service.port} for service in found]


class Api(tornado.web.RequestHandler):
    def post(self):
        call = json.loads(self.request.body)
        method = {"ping": ping, "locate_service": locate_service}[call["method"]]
        with Session() as session:
            result = method(session, *call["params"])
        self.write({"jsonrpc": "2.0", "result": result, "error": None, "id": call["id"]})


def main():
    Base.metadata.create_all(engine)
    now = datetime.datetime.utcnow()
    with engine.begin() as connection:
        connection.execute(
            Service.__table__.insert(),
            [
                {"name": f"svc.{i:07}", "host": f"10.0.{i // 250}.{i % 250}", "port": 9000, "last_seen": now}
                for i in range(int(sys.argv[3]))
            ],
        )
    application = tornado.web.Application([("/api", Api)])
    application.listen(int(sys.argv[1]), "127.0.0.1")
    tornado.ioloop.IOLoop.current().start()


main()
